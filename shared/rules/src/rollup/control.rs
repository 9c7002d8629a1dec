//! Control charts: limits of a series from its own past, and the signals of the Western Electric rules.
//!
//! Counts without a denominator are read as a c-chart (a u-chart over periods of equal size), counts of a known quantity as a
//! u-chart, shares as a p-chart. Rules after the *Statistical Quality Control Handbook* of Western Electric (1956).

use serde::Serialize;

/// A point of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What it is the point of, such as `2026-08`.
    pub at: String,
    /// Events, or failures.
    pub count: f64,
    /// What they are counted in: units, deliveries, trials; 1 for plain counts.
    pub size: f64,
}

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chart {
    /// Events per unit.
    U,
    /// A share of trials.
    P,
}

/// A series with its centre line, and its limits point by point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drawn {
    /// The centre line.
    pub centre: f64,
    /// The points.
    pub points: Vec<DrawnPoint>,
}

/// A point with its limits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DrawnPoint {
    /// What it is the point of.
    pub at: String,
    /// Its value.
    pub value: f64,
    /// The upper limit.
    pub upper: f64,
    /// The lower limit.
    pub lower: f64,
    /// Standard deviations from the centre.
    #[serde(skip)]
    pub sigmas: f64,
    /// The rules that it breaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<&'static str>,
}

/// Fewer points than this tell nothing of what is usual.
pub const LEAST: usize = 6;

/// Draws a series whose first points, `usual` of them, say what is usual. Nothing if they are too few or hold no event.
pub fn draw(chart: Chart, points: &[Point], usual: usize) -> Option<Drawn> {
    let past = points.get(..usual).filter(|past| past.len() >= LEAST)?;
    let (count, size) = past
        .iter()
        .fold((0.0, 0.0), |(count, size), one| (count + one.count, size + one.size));
    if count <= 0.0 || size <= 0.0 {
        return None;
    }
    let centre = count / size;
    let spread = match chart {
        Chart::U => centre,
        Chart::P => centre * (1.0 - centre).max(0.0),
    };
    let mut drawn: Vec<DrawnPoint> = points
        .iter()
        .filter(|one| one.size > 0.0)
        .map(|one| {
            let sigma = (spread / one.size).sqrt();
            let value = one.count / one.size;
            let upper = match chart {
                Chart::U => centre + 3.0 * sigma,
                Chart::P => (centre + 3.0 * sigma).min(1.0),
            };
            DrawnPoint {
                at: one.at.clone(),
                value: tidy(value),
                upper: tidy(upper),
                lower: tidy((centre - 3.0 * sigma).max(0.0)),
                sigmas: if sigma > 0.0 { (value - centre) / sigma } else { 0.0 },
                signals: Vec::new(),
            }
        })
        .collect();
    let sigmas: Vec<f64> = drawn.iter().map(|one| one.sigmas).collect();
    for (at, point) in drawn.iter_mut().enumerate() {
        point.signals = signals(sigmas.get(..=at).unwrap_or_default());
    }
    Some(Drawn {
        centre: tidy(centre),
        points: drawn,
    })
}

/// Which rules the last point of a series breaks.
fn signals(sigmas: &[f64]) -> Vec<&'static str> {
    let mut broken = Vec::new();
    let last = |n: usize| sigmas.len().checked_sub(n).and_then(|from| sigmas.get(from..));
    let beyond = |limit: f64, least: usize, of: usize| {
        last(of).is_some_and(|some| {
            let on = |side: f64| {
                let ends = some.last().is_some_and(|one| one * side > limit);
                ends && some.iter().filter(|one| **one * side > limit).count() >= least
            };
            on(1.0) || on(-1.0)
        })
    };
    if beyond(3.0, 1, 1) {
        broken.push("one_beyond_three_sigma");
    }
    if beyond(2.0, 2, 3) {
        broken.push("two_of_three_beyond_two_sigma");
    }
    if beyond(1.0, 4, 5) {
        broken.push("four_of_five_beyond_one_sigma");
    }
    if beyond(0.0, 8, 8) {
        broken.push("eight_on_one_side");
    }
    broken
}

/// Four decimals, so that the same figures are the same bytes everywhere.
fn tidy(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(all: &[f64]) -> Vec<Point> {
        let point = |(n, count): (usize, &f64)| Point {
            at: format!("{n}"),
            count: *count,
            size: 1.0,
        };
        all.iter().enumerate().map(point).collect()
    }

    #[test]
    fn limits_are_three_standard_deviations_of_the_usual() {
        let drawn = draw(Chart::U, &counts(&[4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 11.0]), 6).unwrap();
        let last = drawn.points.last().unwrap();
        assert_eq!((drawn.centre, last.upper, last.lower), (4.0, 10.0, 0.0));
        assert_eq!(last.signals, ["one_beyond_three_sigma"]);
        let shares = [(10.0, 100.0); 6].map(|(count, size)| Point {
            at: "m".to_owned(),
            count,
            size,
        });
        let drawn = draw(Chart::P, &shares, 6).unwrap();
        assert_eq!(
            (drawn.centre, drawn.points[0].upper, drawn.points[0].lower),
            (0.1, 0.19, 0.01)
        );
    }

    #[test]
    fn each_rule_has_its_run() {
        let of = |sigmas: &[f64]| signals(sigmas).join(" ");
        assert_eq!(of(&[0.0, 3.1]), "one_beyond_three_sigma");
        assert_eq!(of(&[2.1, 0.0, -2.1]), "");
        assert_eq!(of(&[2.1, 0.0, 2.1]), "two_of_three_beyond_two_sigma");
        assert_eq!(of(&[-1.1, -1.1, 0.0, -1.1, -1.1]), "four_of_five_beyond_one_sigma");
        assert_eq!(of(&[0.1; 7]), "");
        assert_eq!(of(&[0.1; 8]), "eight_on_one_side");
    }

    #[test]
    fn too_short_a_past_and_one_without_events_draw_nothing() {
        assert_eq!(draw(Chart::U, &counts(&[4.0; 5]), 5), None);
        assert_eq!(draw(Chart::U, &counts(&[0.0; 8]), 6), None);
        assert_eq!(draw(Chart::U, &counts(&[1.0; 8]), 9), None);
    }
}
