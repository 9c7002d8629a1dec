//! The sheet of charts: Pareto columns with the cumulative line on a second axis, control charts with limits and marked signals,
//! closing times. All are native, drawn from the sheet of tables.

use rust_xlsxwriter::{
    Chart, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType, ChartMarker, ChartMarkerType,
    ChartSeries, ChartSolidFill, ChartType, Worksheet, XlsxError,
};

use super::Paper;
use super::pen::{BLUE, GREY, ORANGE, Pen, RED, a4};
use super::tables::Places;
use crate::shown::{Drawing, Shown};

/// The last column.
const LAST: u16 = 9;
/// Bars of a Pareto chart.
const BARS: u32 = 12;
/// Axes that have a Pareto chart, in their order; as many of them as there are.
const PARETO: &[&str] = &["cause", "class", "product", "department"];
/// Pareto charts, and control charts.
const DRAWN: usize = 4;
/// A chart's width and height in pixels, and the rows that it takes.
const SIZE: (u32, u32, u32) = (710, 318, 16);
/// A row's height in pixels.
const ROW: u32 = 20;

/// Writes the sheet.
pub fn write(
    sheet: &mut Worksheet,
    pen: &Pen,
    paper: &Paper<'_>,
    shown: &Shown,
    places: &Places,
) -> Result<(), XlsxError> {
    a4(sheet, "sheet_charts", LAST, false, paper, pen)?;
    for column in 0..=LAST {
        sheet.set_column_width_pixels(column, 72)?;
    }
    let mut charts = Vec::new();
    let axes = PARETO
        .iter()
        .filter_map(|axis| places.axes.iter().find(|(own, ..)| own == axis));
    for (_, title, rows) in axes.filter(|(.., (first, last))| last > first).take(DRAWN) {
        charts.push(pareto(paper, title, *rows));
    }
    let trends = shown.trends.iter().zip(&places.trends);
    let mut trends: Vec<_> = trends.filter(|(trend, _)| trend.trend.months.len() > 1).collect();
    // All and the rates come first, then what needs a look.
    trends.sort_by_key(|(trend, _)| match trend.trend.axis.as_str() {
        "all" => 0,
        "kpi" => 1,
        _ if trend.signals() => 2,
        _ => 3,
    });
    charts.extend(
        trends
            .into_iter()
            .take(DRAWN)
            .map(|(trend, rows)| control(paper, trend, *rows)),
    );
    charts.extend(places.closing.map(|rows| closing(paper, rows)));
    let (_, _, tall) = SIZE;
    let mut row = 2;
    let mut breaks = Vec::new();
    for (place, chart) in (0_u32..).zip(&charts) {
        // Else programs choose a height by their own fonts, and with it that of the charts.
        for own in row..row + tall {
            sheet.set_row_height_pixels(own, ROW)?;
        }
        sheet.insert_chart_with_offset(row, 0, chart, 4, 4)?;
        row += tall;
        // Three fit on a page.
        if place % 3 == 2 && (place as usize) + 1 < charts.len() {
            breaks.push(row);
        }
    }
    sheet.set_print_area(0, 0, row.max(3), LAST)?;
    if !breaks.is_empty() {
        sheet.set_page_breaks(&breaks)?;
    }
    Ok(())
}

fn sized(mut chart: Chart, title: &str) -> Chart {
    let (width, height, _) = SIZE;
    chart.set_width(width).set_height(height);
    chart.set_alt_text(title);
    chart
        .title()
        .set_name(title)
        .set_font(ChartFont::new().set_size(12).set_bold().set_color(BLUE));
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart
        .chart_area()
        .set_format(ChartFormat::new().set_border(ChartLine::new().set_color(0x00BF_BFBF)));
    let grid = ChartLine::new().set_color(0x00E7_E6E6).clone();
    chart.y_axis().set_major_gridlines_line(&grid);
    chart
}

/// Adds a series; a marker is only kept where it is set on a series that was added.
fn series<'a>(
    chart: &'a mut Chart,
    paper: &Paper<'_>,
    name: &str,
    column: u16,
    (first, last): (u32, u32),
) -> &'a mut ChartSeries {
    let tables = paper.word("sheet_tables");
    chart
        .add_series()
        .set_name(name)
        .set_categories((tables.as_str(), first, 0, last, 0))
        .set_values((tables.as_str(), first, column, last, column))
}

fn line(color: u32, width: f64) -> ChartLine {
    ChartLine::new().set_color(color).set_width(width).clone()
}

fn pareto(paper: &Paper<'_>, axis: &str, (first, last): (u32, u32)) -> Chart {
    let rows = (first, last.min(first + BARS - 1));
    let mut chart = Chart::new_column();
    series(&mut chart, paper, &paper.word("count"), 1, rows)
        .set_gap(40)
        .set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(BLUE)));
    let mut second = Chart::new(ChartType::Line);
    series(&mut second, paper, &paper.word("cumulative"), 3, rows)
        .set_secondary_axis(true)
        .set_format(ChartFormat::new().set_line(&line(ORANGE, 2.0)))
        .set_marker(&marker(ChartMarkerType::Circle, 6, ORANGE));
    second.y2_axis().set_min(0).set_max(100).set_num_format("0\"%\"");
    chart.y2_axis().set_min(0).set_max(100).set_num_format("0\"%\"");
    chart.combine(&second);
    chart.y_axis().set_min(0);
    sized(chart, &paper.filled("pareto", &[("axis", axis)]))
}

fn marker(kind: ChartMarkerType, size: u8, color: u32) -> ChartMarker {
    let mut marker = ChartMarker::new();
    marker.set_type(kind).set_size(size).set_format(
        ChartFormat::new()
            .set_solid_fill(ChartSolidFill::new().set_color(color))
            .set_border(ChartLine::new().set_color(color)),
    );
    marker
}

fn control(paper: &Paper<'_>, drawing: &Drawing, rows: (u32, u32)) -> Chart {
    let mut chart = Chart::new_line();
    let value = if drawing.trend.of.is_some() { "rate" } else { "count" };
    series(&mut chart, paper, &paper.word(value), 3, rows)
        .set_format(ChartFormat::new().set_line(&line(BLUE, 2.0)))
        .set_marker(&marker(ChartMarkerType::Circle, 6, BLUE));
    if drawing.trend.centre.is_some() {
        series(&mut chart, paper, &paper.word("centre"), 4, rows)
            .set_format(ChartFormat::new().set_line(&line(GREY, 1.25)));
        for (key, column) in [("upper", 5), ("lower", 6)] {
            let mut dashed = line(RED, 1.25);
            dashed.set_dash_type(ChartLineDashType::Dash);
            series(&mut chart, paper, &paper.word(key), column, rows).set_format(ChartFormat::new().set_line(&dashed));
        }
        if drawing.signals() {
            series(&mut chart, paper, &paper.word("signal"), 7, rows)
                .set_format(ChartFormat::new().set_no_line())
                .set_marker(&marker(ChartMarkerType::Diamond, 11, RED));
        }
    }
    chart.y_axis().set_min(0);
    let title = format!("{} · {} ({})", paper.word("trends"), drawing.title, drawing.trend.chart);
    sized(chart, &title)
}

fn closing(paper: &Paper<'_>, rows: (u32, u32)) -> Chart {
    let mut chart = Chart::new_column();
    series(&mut chart, paper, &paper.word("count"), 1, rows)
        .set_gap(60)
        .set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(BLUE)))
        .set_data_label(rust_xlsxwriter::ChartDataLabel::new().show_value());
    chart.y_axis().set_min(0);
    let mut chart = sized(chart, &paper.word("closing_times"));
    chart.legend().set_hidden();
    chart
}
