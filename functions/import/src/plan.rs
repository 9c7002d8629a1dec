//! What becomes of a portion of rows, decided before anything of it is written: created, merged, mended or nothing.

use std::collections::HashMap;

use kesu_app::batches::{Fate, Part, PartRow};
use kesu_app::record::Loaded;
use kesu_app::store::Kind;
use kesu_app::{App, Problem};
use kesu_ledger::finding::Record;
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::names::{Number, key};
use kesu_rules::domain::value::Value as FieldValue;

use crate::feed::Fed;
use crate::known::{Known, Twin, text};
use crate::likeness::Sketch;
use crate::months::Months;

/// A row on its way into the store.
pub struct Row {
    /// What was read.
    pub fed: Fed,
    /// Its complaint's id: the same whenever the row comes.
    pub id: String,
    /// Keyed digest of what it says.
    pub content: String,
}

impl Row {
    /// The row under this installation's secret.
    pub fn of(app: &App, fed: Fed) -> Self {
        let short = |purpose: &str, text: &str, length: usize| -> String {
            app.keyed(purpose, text).chars().take(length).collect()
        };
        Self {
            id: short("ledger row", &fed.record.identity, 32),
            content: short("ledger content", &fed.record.content, 24),
            fed,
        }
    }

    /// What was read.
    pub fn record(&self) -> &Record {
        &self.fed.record
    }

    /// The register's own number, if it can be a complaint's.
    pub fn number(&self) -> Option<Number> {
        Number::parse(text(self.record(), kesu_rules::ledger::NUMBER)?)
    }

    /// The number of a complaint that cannot have its own: told apart by its id, so that it is the same every time.
    pub fn other_number(&self) -> Option<Number> {
        let tail: String = self.id.chars().take(6).collect::<String>().to_uppercase();
        match self.number() {
            Some(own) => Number::parse(&format!("{own}-{tail}")),
            None => {
                let day = text(self.record(), kesu_rules::ledger::DATE).and_then(|day| day.get(..10));
                let day: String = day.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
                let day = if day.is_empty() { day } else { format!("{day}-") };
                Number::parse(&format!("OLD-{day}{tail}"))
            }
        }
    }
}

/// What plans are made of.
pub struct Planner<'a> {
    /// The application.
    pub app: &'a App,
    /// The import.
    pub batch: &'a str,
    /// Rows of this import.
    pub known: Known,
    months: Months,
}

impl<'a> Planner<'a> {
    /// For an import.
    pub fn new(app: &'a App, batch: &'a str) -> Self {
        Self {
            app,
            batch,
            known: Known::default(),
            months: Months::default(),
        }
    }

    /// Decides what becomes of a portion. Reads at most a few times for all rows together.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn plan(&mut self, rows: &[Row]) -> Result<Part, Problem> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let mut heads: HashMap<String, Complaint> = HashMap::new();
        for head in self.app.store.heads(&ids).await? {
            let loaded = Loaded::read(head)?;
            heads.insert(loaded.complaint.id.to_string(), loaded.complaint);
        }
        let fresh = || rows.iter().filter(|row| !heads.contains_key(&row.id));
        let numbers: Vec<String> = fresh()
            .filter_map(Row::number)
            .map(|number| kesu_app::legacy::number_key(number.as_str()))
            .collect();
        let found = self.app.store.get_many(Kind::Seen, &numbers).await?;
        let numbers: HashMap<String, String> = found.into_iter().map(|record| (record.id, record.body)).collect();
        let mut part = Part::default();
        for row in rows {
            let place = part.rows.len();
            let mut planned = PartRow {
                sheet: row.fed.sheet,
                row: row.record().row,
                id: row.id.clone(),
                fate: Fate::Create,
                to: None,
                number: None,
            };
            if let Some(there) = heads.get(&row.id) {
                planned.fate = match &there.imported {
                    Some(imported) if imported.origin.content == row.content => Fate::Unchanged,
                    _ => Fate::Mend,
                };
                self.known.add(row.record(), &row.id);
            } else {
                let twin = self.twin(row, &numbers).await?;
                self.settle(row, &mut planned, twin, place, &mut part);
            }
            part.rows.push(planned);
        }
        self.merged_before(&mut part).await?;
        Ok(part)
    }

    fn settle(&mut self, row: &Row, planned: &mut PartRow, twin: Option<Twin>, place: usize, part: &mut Part) {
        if row.number().is_none() {
            planned.number = row.other_number().map(|number| number.to_string());
        }
        match twin {
            Some(Twin::Same(to)) => {
                planned.fate = Fate::Merge;
                (planned.to, planned.number) = (Some(to), None);
                return;
            }
            Some(Twin::Number(to)) => {
                planned.number = row.other_number().map(|number| number.to_string());
                planned.to = Some(to);
                let number = row.number().map(|number| number.to_string()).unwrap_or_default();
                let values = [("number".to_owned(), number)].into();
                part.told.push((place, "number_known".to_owned(), values));
            }
            Some(Twin::Alike(to)) => {
                planned.to = Some(to);
                part.told
                    .push((place, "possible_duplicate".to_owned(), Default::default()));
            }
            None => {}
        }
        self.known.add(row.record(), &row.id);
    }

    /// A complaint that the row repeats: of this import, else of those that were there.
    async fn twin(&mut self, row: &Row, numbers: &HashMap<String, String>) -> Result<Option<Twin>, Problem> {
        if let Some(twin) = self.known.twin(row.record()) {
            return Ok(Some(twin));
        }
        if let Some(number) = row.number()
            && let Some(id) = numbers.get(&kesu_app::legacy::number_key(number.as_str()))
        {
            let there = self.load(id).await?;
            let same = there.is_some_and(|there| says(&there, row));
            return Ok(Some(if same {
                Twin::Same(id.clone())
            } else {
                Twin::Number(id.clone())
            }));
        }
        self.of_the_day(row).await
    }

    /// A complaint of the same customer on the same day that says much the same.
    async fn of_the_day(&mut self, row: &Row) -> Result<Option<Twin>, Problem> {
        let record = row.record();
        let day = text(record, kesu_rules::ledger::DATE).and_then(|day| day.get(..10));
        let (Some(customer), Some(day)) = (text(record, "customer_name"), day) else {
            return Ok(None);
        };
        let candidates = self.months.of(self.app, customer, day).await?;
        let own = text(record, "complaint_desc").map(Sketch::of);
        for id in candidates {
            let Some(there) = self.load(&id).await? else { continue };
            let imported = there.imported.as_ref();
            // Rows of this import are known already; a register that numbers them both holds them for two.
            let numbered = row.number().is_some() && imported.is_some();
            if imported.is_some_and(|one| one.origin.batch == *self.batch) || numbered {
                continue;
            }
            if says(&there, row) {
                return Ok(Some(Twin::Same(id)));
            }
            let described = self.description(&there).await?;
            if let (Some(own), Some(described)) = (&own, described)
                && own.much_the_same(&Sketch::of(&described))
            {
                return Ok(Some(Twin::Alike(id)));
            }
        }
        Ok(None)
    }

    async fn load(&self, id: &str) -> Result<Option<Complaint>, Problem> {
        match self.app.load(id).await {
            Ok(loaded) => Ok(Some(loaded.complaint)),
            Err(Problem::NotFound) => Ok(None),
            Err(other) => Err(other),
        }
    }

    async fn description(&self, of: &Complaint) -> Result<Option<String>, Problem> {
        let Some(FieldValue::Words(at)) = of.fields.get(key::DESCRIPTION) else {
            return Ok(None);
        };
        let texts = self.app.store.texts(of.id.as_str()).await?;
        Ok(texts
            .into_iter()
            .find(|text| text.seq == at.seq && text.n == at.n)
            .map(|text| text.text))
    }

    /// A row that was merged in an earlier run changes nothing now.
    async fn merged_before(&self, part: &mut Part) -> Result<(), Problem> {
        let merged = part.rows.iter().filter(|row| row.fate == Fate::Merge);
        let ids: Vec<String> = merged.map(|row| row.id.clone()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let noted = self.app.merged_rows(&ids).await?;
        for row in part.rows.iter_mut().filter(|row| noted.contains(&row.id)) {
            row.fate = Fate::Unchanged;
        }
        Ok(())
    }
}

fn says(there: &Complaint, row: &Row) -> bool {
    there
        .imported
        .as_ref()
        .is_some_and(|imported| imported.origin.content == row.content)
}
