//! The dry run that needs no store: the files are read, and duplicates within them are found.

use std::ops::ControlFlow;

use chrono::NaiveDate;
use kesu_ledger::finding::{Found, Record, Told};
use kesu_ledger::survey::{self, survey};

use crate::known::{Known, Twin, text};
use crate::options::{Options, Watch};
use crate::report::{FileReport, Report};
use crate::source::Source;

/// Reads all files and says what an import into an empty store would make of them. Memory grows by some dozen bytes a row.
pub fn dry_run(sources: &[Source], options: &Options, today: NaiveDate, watch: &mut dyn Watch) -> Report {
    let mut known = Known::default();
    let mut report = Report {
        finished: true,
        ..Report::default()
    };
    for source in sources {
        watch.begin(source.name());
        let mut file = FileReport::of(source.name());
        read(source, options, today, watch, &mut known, &mut file);
        watch.end(&file);
        report.files.push(file);
    }
    report
}

fn read(
    source: &Source,
    options: &Options,
    today: NaiveDate,
    watch: &mut dyn Watch,
    known: &mut Known,
    file: &mut FileReport,
) {
    let mut book = match source.open(&options.limits, options.helper.as_ref()) {
        Ok(book) => book,
        Err(unreadable) => {
            file.unreadable = Some(unreadable);
            return;
        }
    };
    let reading = survey::Options {
        mapping: options.mapping.clone(),
        today: Some(today),
    };
    let mut counts = Counts::default();
    let ended = survey(&mut *book, source.ledger(), &reading, &mut |found| {
        match found {
            Found::Record(record) => {
                watch.record(&record);
                watch.passed(1);
                let twin = known.twin(&record);
                let same = matches!(twin, Some(Twin::Same(_)));
                counts.enter(file, &record.sheet, same);
                file.warnings.extend(doubt(&record, twin.as_ref()));
                if matches!(twin, Some(Twin::Same(_) | Twin::Number(_))) {
                    file.settle(&record.sheet, record.row);
                }
                if !same {
                    known.add(&record, record.identity.get(..32).unwrap_or_default());
                }
            }
            Found::Skipped(told) => file.skipped.push(told),
            Found::Rejected(told) => file.rejected.push(told),
            Found::Warning(told) => file.warnings.push(told),
        }
        ControlFlow::Continue(())
    });
    counts.settle(file);
    match ended {
        Ok(survey) => file.surveyed(Box::new(survey)),
        Err(unreadable) => file.unreadable = Some(unreadable),
    }
}

/// Counts of the sheet being read: looked up once a sheet, not once a row.
#[derive(Default)]
struct Counts {
    sheet: String,
    created: u64,
    merged: u64,
}

impl Counts {
    fn enter(&mut self, file: &mut FileReport, sheet: &str, same: bool) {
        if self.sheet != sheet {
            self.settle(file);
            sheet.clone_into(&mut self.sheet);
        }
        if same {
            self.merged += 1;
        } else {
            self.created += 1;
        }
    }

    fn settle(&mut self, file: &mut FileReport) {
        if self.created + self.merged > 0 {
            let totals = file.sheet(&self.sheet);
            totals.created += self.created;
            totals.merged += self.merged;
        }
        (self.created, self.merged) = (0, 0);
    }
}

/// What must be told of a row because of a row before it.
pub fn doubt(record: &Record, twin: Option<&Twin>) -> Option<Told> {
    let (code, values) = match twin? {
        Twin::Same(_) => return None,
        Twin::Number(_) => {
            let number = text(record, kesu_rules::ledger::NUMBER).unwrap_or_default();
            ("number_known", vec![("number", number.to_owned())])
        }
        Twin::Alike(_) => ("possible_duplicate", Vec::new()),
    };
    Some(told(record, code, values))
}

/// Something to tell of a row.
pub fn told(record: &Record, code: &'static str, values: Vec<(&'static str, String)>) -> Told {
    Told {
        sheet: record.sheet.clone(),
        row: record.row,
        column: None,
        code,
        values,
    }
}
