//! The table that every program prints: quantity, ours, baseline, ratio, goal, verdict.

/// A table in the making.
#[derive(Debug)]
pub struct Table {
    title: String,
    rows: Vec<[String; 6]>,
}

impl Table {
    /// An empty table.
    pub fn new(title: impl Into<String>) -> Self {
        let head = ["quantity", "ours", "baseline", "ratio", "goal", ""].map(str::to_owned);
        Self {
            title: title.into(),
            rows: vec![head],
        }
    }

    /// A row: the ratio of `ours` to `baseline`, both in `unit`, and whether it is at most `goal` where there is one.
    pub fn row(&mut self, quantity: impl Into<String>, ours: f64, baseline: f64, unit: &str, goal: Option<f64>) {
        let ratio = ours / baseline;
        let verdict = match goal {
            Some(goal) if ratio <= goal => "ok",
            Some(_) => "over",
            None => "",
        };
        let figure = |value: f64| format!("{} {unit}", plain(value)).trim_end().to_owned();
        let goal = goal.map(|goal| format!("≤ {goal}")).unwrap_or_default();
        let ratio = format!("{ratio:.2}");
        self.rows.push([
            quantity.into(),
            figure(ours),
            figure(baseline),
            ratio,
            goal,
            verdict.to_owned(),
        ]);
    }

    /// Prints it; the first column to the left, figures to the right.
    pub fn print(&self) {
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
        };
        let widths: Vec<usize> = (0..6).map(|column| width(column).unwrap_or(0)).collect();
        println!("\n{}", self.title);
        for row in &self.rows {
            let cells = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, width))| match column {
                    0 | 5 => format!("{cell:<width$}"),
                    _ => format!("{cell:>width$}"),
                });
            println!("  {}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
    }
}

/// A figure with as many places as it is worth.
pub fn plain(value: f64) -> String {
    match value {
        v if v.fract() == 0.0 || v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}
