//! What stands on a printed form (表单): the same content for the page that is printed and for the API.

pub mod capa;
pub mod complaint;
pub mod house;
pub mod list;
pub mod words;

use chrono::DateTime;
use kesu_app::App;
use kesu_app::app::DeskWork;
use kesu_app::session::Session;
use kesu_app::texts::{Language, milestone_title, texts};
use kesu_rules::clock::Moment;
use kesu_rules::domain::complaint::Reached;
use kesu_rules::domain::names::{ComplaintId, FieldKey, Number, ProcedureId, RuleId, UserId};
use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::form::{self, Part, Row, Signature, Step};
use kesu_rules::procedure::model::{Form, FormRecord};
use serde::Serialize;

use crate::pages::short;

/// A form as it is printed.
#[derive(Debug, Serialize)]
pub struct Sheet {
    /// Which form.
    pub rule: RuleId,
    /// Its title.
    pub title: String,
    /// The company's own number of the form.
    pub form_number: Option<String>,
    /// What it shows.
    pub record: FormRecord,
    /// Its clause.
    pub source: String,
    /// Whether it stays in the house.
    pub internal: bool,
    /// How many copies are printed.
    pub copies: u32,
    /// Whether the paper lies on its side.
    pub landscape: bool,
    /// Whether it is to be filled by hand.
    pub blank: bool,
    /// Its language.
    pub language: Language,
    /// Whose form it is.
    pub company: String,
    /// Whose procedure.
    pub procedure: ProcedureId,
    /// The procedure's title.
    pub procedure_title: String,
    /// And its version.
    pub procedure_version: String,
    /// The complaint it shows.
    pub complaint: Option<ComplaintId>,
    /// The complaint's number.
    pub number: Option<Number>,
    /// When the company had the complaint.
    pub received_at: Option<Moment>,
    /// Which record beside the complaint it shows: a slip, a corrective action, a month, a device, a period.
    pub about: Option<String>,
    /// Its sections.
    pub sections: Vec<Section>,
    /// A table, where it lists several records.
    pub table: Option<Grid>,
    /// What a reader should know.
    pub note: Option<String>,
    /// Who signs.
    pub sign: Vec<Box>,
    /// When it was printed.
    pub printed_at: Moment,
    /// By whom.
    pub printed_by: UserId,
}

/// A section of a form.
#[derive(Debug, Default, Serialize)]
pub struct Section {
    /// Its heading.
    pub title: Option<String>,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Debug, Default, Serialize)]
pub struct Line {
    /// The field, where it shows one.
    pub key: Option<FieldKey>,
    /// What it is called.
    pub title: String,
    /// What it says; nothing where nothing is known.
    pub text: Option<String>,
    /// What may be chosen, where nothing was.
    pub options: Vec<String>,
    /// Whether it needs the paper's width.
    pub wide: bool,
    /// Whether it needs room for sentences.
    pub tall: bool,
}

impl Line {
    /// A line that shows no field.
    pub fn of(title: String, text: Option<String>) -> Self {
        Self {
            title,
            wide: text.as_ref().is_some_and(|text| words::long(text)),
            text,
            ..Self::default()
        }
    }

    /// It takes sentences.
    pub fn tall(mut self) -> Self {
        (self.wide, self.tall) = (true, true);
        self
    }
}

/// A table of several records.
#[derive(Debug, Default, Serialize)]
pub struct Grid {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a text for each column.
    pub rows: Vec<Vec<String>>,
    /// Whether there are more rows than are shown.
    pub partly: bool,
}

/// A column of a table.
#[derive(Debug, Serialize)]
pub struct Column {
    /// The field, where it shows one.
    pub key: Option<FieldKey>,
    /// What it is called.
    pub title: String,
    /// Whether it holds sentences.
    pub broad: bool,
}

/// A box to be signed.
#[derive(Debug, Serialize)]
pub struct Box {
    /// Who signs.
    pub desk: String,
    /// The rule under which that desk decided.
    pub rule: Option<RuleId>,
    /// Whether it granted what it was asked.
    pub granted: Option<bool>,
    /// Who decided.
    pub by: Option<String>,
    /// When.
    pub at: Option<Moment>,
}

/// Who prints what, and for whom.
pub struct Press<'a> {
    /// The application.
    pub app: &'a App,
    /// Who prints.
    pub session: &'a Session,
    /// The procedure, calendar and directory.
    pub desk: &'a DeskWork,
    /// The form's language.
    pub language: Language,
}

impl Press<'_> {
    /// The procedure.
    pub fn procedure(&self) -> &Procedure {
        &self.desk.procedure
    }

    /// A form with its head and nothing on it.
    pub fn sheet(&self, form: &Form) -> Sheet {
        let head = &self.procedure().pack.procedure;
        Sheet {
            rule: form.rule.clone(),
            title: form.title.clone(),
            form_number: form.number.clone(),
            record: form.record,
            source: form.source.clone(),
            internal: form.internal,
            copies: form::copies(form),
            landscape: form.record == FormRecord::Register,
            blank: false,
            language: self.language,
            company: self.app.settings.company.clone(),
            procedure: head.id.clone(),
            procedure_title: head.title.get(self.language).to_owned(),
            procedure_version: head.version.clone(),
            complaint: None,
            number: None,
            received_at: None,
            about: None,
            sections: Vec::new(),
            table: None,
            note: None,
            sign: Vec::new(),
            printed_at: self.desk.local(self.app.now()),
            printed_by: self.session.user.clone(),
        }
    }

    /// A form to be filled by hand.
    pub fn blank(&self, form: &Form) -> Sheet {
        let mut sheet = self.sheet(form);
        let (parts, sign) = form::blank(self.procedure(), form);
        sheet.blank = true;
        sheet.sign = sign.iter().map(|one| self.signature(one)).collect();
        if form.record == FormRecord::Register {
            let columns = parts.iter().flat_map(|part| &part.rows).map(|row| &row.key);
            sheet.table = Some(house::empty(self, columns));
            return sheet;
        }
        sheet.sections = parts
            .iter()
            .map(|part| self.section(part, &|_| None, part.capa.then(|| capa::empty(self.language))))
            .collect();
        match form.record {
            FormRecord::Duty => sheet.sections.insert(0, house::empty_duty(self)),
            FormRecord::Slip(kind) => sheet.about = Some(texts().label(self.language, "slip", kind.name())),
            _ => {}
        }
        sheet
    }

    /// A part of a form with what its lines say.
    pub fn section(&self, part: &Part, said: &dyn Fn(&Row) -> Option<String>, capa: Option<Vec<Line>>) -> Section {
        let line = |row: &Row| words::line(self.procedure(), &row.key, said(row), self.language);
        let mut lines: Vec<Line> = part.rows.iter().map(line).collect();
        lines.extend(capa.into_iter().flatten());
        lines.extend(part.steps.iter().map(|step| self.step(step)));
        Section {
            title: part.title.map(|key| texts().text(self.language, key, &[])),
            lines,
        }
    }

    fn step(&self, step: &Step) -> Line {
        let title = milestone_title(self.procedure(), step.name.as_str(), self.language);
        let said = |reached: &Reached| {
            let by = reached.by.as_ref().map(|by| format!("  {}", self.person(by)));
            format!("{}{}", short(reached.at, false), by.unwrap_or_default())
        };
        Line::of(title, step.reached.as_ref().map(said))
    }

    /// A box with the name of whoever decided.
    pub fn signature(&self, one: &Signature) -> Box {
        let decided = one.decided.as_ref();
        Box {
            desk: one.desk.clone(),
            rule: one.rule.clone(),
            granted: decided.map(|decided| decided.granted),
            by: decided.map(|decided| self.person(&decided.by)),
            at: decided.map(|decided| decided.at),
        }
    }

    /// The name of a member of staff, or his account where the directory has none.
    pub fn person(&self, user: &UserId) -> String {
        let known = self.desk.office.directory.people.get(user);
        let name = known.map(|person| person.name.trim()).filter(|name| !name.is_empty());
        name.map_or_else(|| user.to_string(), str::to_owned)
    }

    /// A moment as the form writes it.
    pub fn at(&self, at: DateTime<chrono::FixedOffset>) -> String {
        short(at, false)
    }
}
