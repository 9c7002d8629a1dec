//! What a year costs on AWS, by part: with 1,000 and 10,000 complaints played through the store, with 1,000,000 reckoned from
//! them where the cost of a complaint stays the same as the table grows; and an idle month.
//!
//! `cost [COMPLAINTS…]`: the years that are played, 1,000 and 10,000 where nothing is said.

use std::time::Instant;

use anyhow::{Context, Result};
use kesu_bench::Table;
use kesu_bench::bill::{Part, Prices};
use kesu_bench::year::{Used, Year, play};

/// The design's goal for the write units of a life against their floor.
const GOAL: f64 = 1.2;
/// How far the cost of a complaint may be from constant, either way.
const CONSTANT: f64 = 0.01;
/// The year that is reckoned.
const MANY: f64 = 1e6;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let given: Result<Vec<usize>, _> = std::env::args().skip(1).map(|text| text.parse()).collect();
    let sizes = match given.context("a number of complaints")? {
        none if none.is_empty() => vec![1_000, 10_000],
        some => some,
    };
    let prices = Prices::read()?;
    println!("Prices in bench/prices.toml, and where they were read:");
    for line in prices.sources() {
        println!("  {line}");
    }
    let mut years = Vec::new();
    for complaints in sizes {
        let began = Instant::now();
        let folder = kesu_bench::folder()?;
        let year = play(complaints, folder.path()).await?;
        println!(
            "\nA year with {complaints} complaints (played in {} s)",
            began.elapsed().as_secs()
        );
        println!(
            "  {} closed, {} letters, {} escalations, {} bytes a complaint with indexes",
            year.closed,
            year.letters,
            year.escalations,
            year.bytes / year.complaints.max(1) as u64
        );
        let by_index = year.by_index.iter().map(|(index, units)| {
            let name = if index.is_empty() { "table" } else { index };
            format!("{name} {:.1}", units / complaints as f64)
        });
        println!("  write units a complaint: {}", by_index.collect::<Vec<_>>().join(", "));
        bill(&prices.year(&year, complaints as f64)?, complaints as f64);
        years.push(year);
    }
    let (Some(first), Some(last)) = (years.first(), years.last()) else {
        return Ok(());
    };
    println!("\nAn idle month");
    bill(&prices.idle_month(last.idle_sweep)?, 0.0);
    let constant = compare(&years);
    if constant {
        println!(
            "\nA year with 1,000,000 complaints, reckoned from the one with {}",
            last.complaints
        );
        bill(&prices.year(last, MANY)?, MANY);
    } else {
        println!("\n1,000,000 complaints are not reckoned: the cost of a complaint did not stay the same");
    }
    floor(first, last);
    Ok(())
}

/// Everything that a complaint consumes, letters and deadlines with it.
fn whole(year: &Year) -> Used {
    let n = year.complaints as f64;
    Used {
        writes: (year.life.writes + year.sending.writes + year.sweeping.writes) / n,
        reads: (year.life.reads + year.sending.reads + year.sweeping.reads) / n,
    }
}

/// Whether the cost of a complaint is the same in all years and at both ends of each.
fn compare(years: &[Year]) -> bool {
    let mut table = Table::new("write units of a complaint as the table grows (1.00 ± 1 %)");
    let mut constant = true;
    let mut row = |name: String, ours: f64, before: f64| {
        constant &= (ours / before - 1.0).abs() <= CONSTANT;
        table.row(name, ours, before, "WRU", Some(1.0 + CONSTANT));
    };
    for pair in years.windows(2) {
        if let [few, many] = pair {
            let name = format!("{} a year / {}", many.complaints, few.complaints);
            row(name, whole(many).writes, whole(few).writes);
        }
    }
    for year in years {
        let name = format!("{} a year: last tenth / first tenth, life", year.complaints);
        row(name, year.tenths.1, year.tenths.0);
    }
    table.print();
    constant
}

fn floor(first: &Year, last: &Year) {
    let mut table =
        Table::new("write units of a life with people, letters' orders apart, against the floor of design section 8");
    for year in [first, last] {
        let n = year.complaints as f64;
        let own = (year.life.writes - year.ordering) / n;
        table.row(
            format!("{} a year", year.complaints),
            own,
            year.floor / n,
            "WRU",
            Some(GOAL),
        );
    }
    table.print();
}

fn bill(parts: &[Part], complaints: f64) {
    for part in parts {
        println!("  {:26}{:>12.4} USD   {}", part.name, part.dollars, part.amount);
    }
    let all: f64 = parts.iter().map(|part| part.dollars).sum();
    println!("  {:26}{all:>12.4} USD", "altogether");
    if complaints > 0.0 {
        println!("  {:26}{:>12.6} USD", "a complaint", all / complaints);
    }
}
