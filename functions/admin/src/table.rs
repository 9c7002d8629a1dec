//! Every route of this function in one table: the router, the permissions and the OpenAPI document are built from it; long because it is one table.

use std::pin::Pin;

use axum::response::Response;
use axum::routing::MethodFilter;
use kesu_app::Problem;
use kesu_app::registers::LARGEST;
use serde_json::Value;

use crate::api::{
    attachments, batch, book, calendar, changes, commands, complaints, customers, detail, devices, directory, due,
    duties, figures, imports, intake, journal, papers, procedures, quarantine, rollups,
};
use crate::api::{session, simulate, slips, told, users, views};
use crate::ask::Ask;
use crate::openapi::customers as customer_shapes;
use crate::openapi::imports as import_shapes;
use crate::openapi::papers as paper_shapes;
use crate::openapi::rollups as rollup_shapes;
use crate::openapi::shapes as s;
use crate::openapi::simulate as simulate_shapes;
use crate::pages;
use crate::pages::{complaint, list, papers as paper_pages, people, telephone};
use crate::pages::{devices as device_pages, duties as duty_pages, quarantine as held_pages};
use crate::who::{
    ACTORS, ADMINISTRATOR, ANYONE, EVERYONE, HEADS, HOUSE, KEEPERS, OFFICE, QUALITY, RECEIVERS, REPORTERS, Who,
};
use crate::workbook;

/// One route.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The address; parts in braces are its parameters.
    pub path: &'static str,
    /// Who may use it.
    pub who: Who,
    /// What it does, for the OpenAPI document.
    pub summary: &'static str,
    /// Names of the query with what each means.
    pub query: &'static [(&'static str, &'static str)],
    /// Schema of the body, where there is one.
    pub request: Option<fn() -> Value>,
    /// Status of the good answer, and the schema of its body.
    pub answer: (u16, Option<fn() -> Value>),
    /// Whether the body is a file as it is.
    pub bytes: bool,
    /// The largest body, in bytes.
    pub largest: usize,
    pub(crate) serve: Serve,
}

/// What carries a route out.
pub(crate) type Serve = fn(Ask) -> Answer;
/// What comes of it.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send>>;

/// A method that routes use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is HTTP's word for itself")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The method's name in the OpenAPI document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    pub(crate) fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

impl Route {
    /// Whether it is a page for people rather than part of the API.
    pub fn is_page(&self) -> bool {
        self.path.starts_with("/admin")
    }

    /// The media type of its body.
    pub fn media(&self) -> &'static str {
        if self.is_page() {
            "application/x-www-form-urlencoded"
        } else if self.bytes {
            "application/octet-stream"
        } else {
            "application/json"
        }
    }

    /// Whether it may change something, so that it needs the token against forged requests.
    pub fn changes(&self) -> bool {
        self.method != Method::Get
    }
}

const KB: usize = 1024;

const fn get(path: &'static str, who: Who, summary: &'static str, answer: fn() -> Value, serve: Serve) -> Route {
    Route {
        method: Method::Get,
        path,
        who,
        summary,
        query: &[],
        request: None,
        answer: (200, Some(answer)),
        bytes: false,
        largest: 0,
        serve,
    }
}

const fn send(
    method: Method,
    path: &'static str,
    who: Who,
    summary: &'static str,
    request: fn() -> Value,
    answer: (u16, Option<fn() -> Value>),
    serve: Serve,
) -> Route {
    Route {
        method,
        path,
        who,
        summary,
        query: &[],
        request: Some(request),
        answer,
        bytes: false,
        largest: 64 * KB,
        serve,
    }
}

/// What notes a wish and needs no body.
const fn order(path: &'static str, who: Who, summary: &'static str, serve: Serve) -> Route {
    let mut route = get(path, who, summary, import_shapes::taken, serve);
    route.method = Method::Post;
    route.answer.0 = 202;
    route
}

const fn page(path: &'static str, who: Who, summary: &'static str, serve: Serve) -> Route {
    get(path, who, summary, s::page, serve)
}

const fn form(path: &'static str, who: Who, summary: &'static str, serve: Serve) -> Route {
    let mut route = send(Method::Post, path, who, summary, s::page, (303, None), serve);
    route.largest = 256 * KB;
    route
}

/// What a signed link does: whoever has it may, and its body, of whatever kind, is not looked at.
const fn signed(path: &'static str, summary: &'static str, serve: Serve) -> Route {
    Route {
        method: Method::Post,
        path,
        who: ANYONE,
        summary,
        query: &[],
        request: None,
        answer: (200, Some(s::page)),
        bytes: false,
        largest: 0,
        serve,
    }
}

impl Route {
    const fn query(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.query = query;
        self
    }

    /// A file as it is instead of JSON.
    const fn bytes(mut self) -> Self {
        self.bytes = true;
        self
    }

    const fn largest(mut self, largest: usize) -> Self {
        self.largest = largest;
        self
    }
}

/// The routes.
pub static ROUTES: &[Route] = &[
    send(
        Method::Post,
        "/api/session",
        ANYONE,
        "sign in",
        s::sign_in,
        (204, None),
        |ask| Box::pin(session::begin(ask)),
    ),
    get("/api/session", EVERYONE, "who is signed in", s::session, |ask| {
        Box::pin(session::show(ask))
    }),
    Route {
        method: Method::Delete,
        path: "/api/session",
        who: EVERYONE,
        summary: "sign out",
        query: &[],
        request: None,
        answer: (204, None),
        bytes: false,
        largest: 0,
        serve: |ask| Box::pin(session::end(ask)),
    },
    send(
        Method::Post,
        "/api/password",
        EVERYONE,
        "change one's password; other sessions end, this one goes on under a new cookie",
        s::password,
        (204, None),
        |ask| Box::pin(session::password(ask)),
    ),
    send(
        Method::Post,
        "/api/intake",
        RECEIVERS,
        "enter a complaint that came by telephone, visit or letter; header Idempotency-Key",
        s::intake,
        (201, Some(s::receipt)),
        |ask| Box::pin(intake::receive(ask)),
    ),
    get(
        "/api/complaints",
        EVERYONE,
        "the complaints received in a month",
        s::rows,
        |ask| Box::pin(complaints::list(ask)),
    )
    .query(&[
        ("month", "yyyy-mm; the current month where missing"),
        ("cursor", "`next` of the page before"),
        (
            "fields",
            "`all`: rows hold the whole record; `columns` says what they have more",
        ),
    ]),
    get(
        "/api/book",
        EVERYONE,
        "what the workbook must know to draw rows: fields with their words and clauses, words of codes",
        s::book,
        |ask| Box::pin(book::show(ask)),
    ),
    get("/api/views", EVERYONE, "saved views of the workbook", s::views, |ask| {
        Box::pin(views::list(ask))
    }),
    send(
        Method::Post,
        "/api/views",
        EVERYONE,
        "keep a view of the workbook under a name; without `view` delete it",
        s::kept_view,
        (204, None),
        |ask| Box::pin(views::keep(ask)),
    ),
    get(
        "/api/changes",
        EVERYONE,
        "what changed since a cursor",
        s::changes,
        |ask| Box::pin(changes::since(ask)),
    )
    .query(&[
        (
            "since",
            "`cursor` of the answer before; where missing, changes from now on",
        ),
        ("fields", "`all`: rows hold the whole record"),
    ]),
    get(
        "/api/complaints/{id}",
        EVERYONE,
        "a complaint by its id or number, with log, deadlines explained, and what this person may do",
        s::complaint,
        |ask| Box::pin(detail::show(ask)),
    ),
    get(
        "/api/complaints/{id}/told",
        EVERYONE,
        "a complaint in words of the reader's language, with a form for each step that this person may take",
        s::told_in_words,
        |ask| Box::pin(told::show(ask)),
    ),
    send(
        Method::Post,
        "/api/complaints/{id}/told",
        ACTORS,
        "take a step with the inputs of its form",
        s::filled_form,
        (200, Some(s::version)),
        |ask| Box::pin(told::tell(ask)),
    )
    .largest(256 * KB),
    get(
        "/api/complaints/{id}/forms",
        EVERYONE,
        "the procedure's forms, and which of them can be printed for a complaint",
        paper_shapes::list_of,
        |ask| Box::pin(papers::list(ask)),
    ),
    get(
        "/api/complaints/{id}/forms/{rule}",
        EVERYONE,
        "a form filled from a complaint, in the complaint's language or that of `lang`",
        paper_shapes::one,
        |ask| Box::pin(papers::show(ask)),
    )
    .query(&[(
        "n",
        "for a form that shows a slip or a corrective action: which; the last where missing",
    )]),
    send(
        Method::Post,
        "/api/complaints/{id}/commands",
        ACTORS,
        "tell a complaint something",
        s::tell,
        (200, Some(s::told)),
        |ask| Box::pin(commands::tell(ask)),
    ),
    send(
        Method::Post,
        "/api/batch",
        ACTORS,
        "tell up to 500 complaints something; each has its own outcome",
        s::batch,
        (200, Some(s::outcomes)),
        |ask| Box::pin(batch::tell(ask)),
    )
    .largest(2048 * KB),
    get(
        "/api/due",
        EVERYONE,
        "what is due or overdue, the longest overdue first",
        s::due,
        |ask| Box::pin(due::list(ask)),
    )
    .query(&[
        ("scope", "`mine` (this person's desks, where missing) or `all`"),
        ("until", "RFC 3339; the end of the seventh day from now where missing"),
        (
            "months",
            "how many months of receipt are looked at, 1 to 24; 12 where missing",
        ),
        ("cursor", "`next` of the page before"),
    ]),
    get(
        "/api/duties",
        EVERYONE,
        "the recurring duties on record",
        s::duties,
        |ask| Box::pin(duties::list(ask)),
    )
    .query(&[("cursor", "`next` of the page before")]),
    send(
        Method::Post,
        "/api/duties/done",
        ACTORS,
        "a recurring duty was done",
        s::duty,
        (200, Some(s::duty_done)),
        |ask| Box::pin(duties::done(ask)),
    ),
    get(
        "/api/rollups",
        HOUSE,
        "the rollups that are kept, the latest first",
        rollup_shapes::kept,
        |ask| Box::pin(rollups::list(ask)),
    )
    .query(&[("procedure", "only this one's")]),
    get(
        "/api/rollups/{period}",
        HOUSE,
        "the figures of a month, quarter or year, each with the complaints it counts; with `.xlsx` after the period its workbook",
        rollup_shapes::one,
        |ask| Box::pin(rollups::show(ask)),
    )
    .query(&[
        ("procedure", "whose; the first in use where missing"),
        (
            "version",
            "the newest where missing; where none is kept the figures are as of now",
        ),
    ]),
    send(
        Method::Post,
        "/api/rollups/{period}",
        REPORTERS,
        "count it now; a period that has ended is kept: as it is where nothing moved, else as the next version",
        rollup_shapes::wanted,
        (200, Some(rollup_shapes::one)),
        |ask| Box::pin(rollups::count(ask)),
    ),
    get(
        "/api/figures",
        HOUSE,
        "what rates are set against, by month of a year",
        rollup_shapes::figures,
        |ask| Box::pin(figures::list(ask)),
    )
    .query(&[("year", "yyyy; the current year where missing")]),
    send(
        Method::Put,
        "/api/figures",
        OFFICE,
        "enter figures of a month, or of many at once; null takes one away",
        rollup_shapes::entered,
        (200, Some(rollup_shapes::figures)),
        |ask| Box::pin(figures::enter(ask)),
    ),
    get(
        "/api/customers",
        HOUSE,
        "which names are one customer, and what names of companies carry without being another company",
        customer_shapes::all,
        |ask| Box::pin(customers::list(ask)),
    ),
    send(
        Method::Post,
        "/api/customers/merge",
        OFFICE,
        "say that names are one customer, counted under `into`; said again it changes nothing",
        customer_shapes::merge,
        (200, Some(customer_shapes::all)),
        |ask| Box::pin(customers::merge(ask)),
    ),
    send(
        Method::Post,
        "/api/customers/unmerge",
        OFFICE,
        "take it back: these names are counted by themselves again",
        customer_shapes::unmerge,
        (200, Some(customer_shapes::all)),
        |ask| Box::pin(customers::unmerge(ask)),
    ),
    get(
        "/api/slips",
        EVERYONE,
        "slips over all complaints: recalls, advisory notices, returns and the like",
        paper_shapes::slips,
        |ask| Box::pin(slips::list(ask)),
    )
    .query(&[
        (
            "kind",
            "`return_goods`, `recall`, `advise`, `report_authority`, `isolate` or `service`; all where missing",
        ),
        (
            "month",
            "yyyy-mm in which the complaints were received; the last 12 where missing",
        ),
        ("cursor", "`next` of the page before"),
    ]),
    get(
        "/api/devices",
        EVERYONE,
        "the devices of the register, by serial",
        s::devices,
        |ask| Box::pin(devices::list(ask)),
    )
    .query(&[
        ("prefix", "how the serial begins"),
        ("cursor", "`next` of the page before"),
    ]),
    send(
        Method::Post,
        "/api/devices",
        RECEIVERS,
        "write a device down",
        s::new_device,
        (201, Some(s::device_kept)),
        |ask| Box::pin(devices::add(ask)),
    ),
    get(
        "/api/devices/{serial}",
        EVERYONE,
        "a device with its warranty and the complaints about it",
        s::device,
        |ask| Box::pin(devices::show(ask)),
    ),
    send(
        Method::Put,
        "/api/devices/{serial}",
        RECEIVERS,
        "replace what is known of a device, with the version seen; what is left out is emptied",
        s::device_wish,
        (200, Some(s::device_kept)),
        |ask| Box::pin(devices::replace(ask)),
    ),
    get(
        "/api/attachments/{complaint}/{name}",
        EVERYONE,
        "an attachment of a complaint",
        s::file,
        |ask| Box::pin(attachments::give(ask)),
    ),
    get(
        "/api/quarantine",
        OFFICE,
        "mail that waits for a person, the latest first",
        s::quarantine,
        |ask| Box::pin(quarantine::list(ask)),
    )
    .query(&[("cursor", "`next` of the page before")]),
    get(
        "/api/quarantine/{id}/raw",
        OFFICE,
        "a mail that waits, as it came",
        s::file,
        |ask| Box::pin(quarantine::raw(ask)),
    ),
    send(
        Method::Post,
        "/api/quarantine/{id}/replay",
        OFFICE,
        "take a mail in that waits: read anew, or as a complaint whatever it is; harmless when repeated",
        s::replay,
        (200, Some(s::held)),
        |ask| Box::pin(quarantine::replay(ask)),
    ),
    send(
        Method::Post,
        "/api/quarantine/{id}/dismiss",
        OFFICE,
        "put a mail away that waits",
        s::dismissal,
        (200, Some(s::held)),
        |ask| Box::pin(quarantine::dismiss(ask)),
    ),
    get(
        "/api/imports",
        OFFICE,
        "old registers that were uploaded, and imports that came otherwise, the latest first",
        import_shapes::all,
        |ask| Box::pin(imports::list(ask)),
    ),
    send(
        Method::Post,
        "/api/imports",
        OFFICE,
        "upload an old register, to be read; nothing is taken in yet",
        s::file,
        (202, Some(import_shapes::taken)),
        |ask| Box::pin(imports::upload(ask)),
    )
    .bytes()
    .largest(LARGEST)
    .query(&[
        (
            "name",
            "the file's name: it names the register, so the same one again must have the same",
        ),
        (
            "procedure",
            "the procedure that is to govern; the installation's first where missing",
        ),
    ]),
    get(
        "/api/imports/{id}",
        OFFICE,
        "an upload or an import: how far it is, what was found, a mapping to edit",
        import_shapes::shown,
        |ask| Box::pin(imports::show(ask)),
    ),
    Route {
        method: Method::Delete,
        path: "/api/imports/{id}",
        who: HEADS,
        summary: "forget an upload with its reports; complaints that came of it stay",
        query: &[],
        request: None,
        answer: (204, None),
        bytes: false,
        largest: 0,
        serve: |ask| Box::pin(imports::forget(ask)),
    },
    send(
        Method::Put,
        "/api/imports/{id}/mapping",
        OFFICE,
        "have an upload read once more, with this mapping file and under this procedure",
        import_shapes::mapping,
        (202, Some(import_shapes::taken)),
        |ask| Box::pin(imports::map(ask)),
    )
    .largest(512 * KB),
    order(
        "/api/imports/{id}/run",
        OFFICE,
        "take an upload in that was read",
        |ask| Box::pin(imports::run(ask)),
    ),
    order(
        "/api/imports/{id}/undo",
        HEADS,
        "take back what an import made and nobody has touched since",
        |ask| Box::pin(imports::undo(ask)),
    ),
    order(
        "/api/imports/{id}/activate",
        HEADS,
        "set the deadlines of an import's open complaints going, from now",
        |ask| Box::pin(imports::activate(ask)),
    ),
    get(
        "/api/imports/{id}/copy",
        OFFICE,
        "an upload as a workbook in which doubtful cells are coloured, to be mended and uploaded again",
        s::file,
        |ask| Box::pin(imports::copy(ask)),
    ),
    get(
        "/api/directory",
        EVERYONE,
        "who holds which desk",
        s::directory,
        |ask| Box::pin(directory::show(ask)),
    ),
    send(
        Method::Put,
        "/api/directory",
        HEADS,
        "replace the directory, with the version seen",
        s::directory_wish,
        (200, Some(s::directory)),
        |ask| Box::pin(directory::replace(ask)),
    )
    .largest(1024 * KB),
    get("/api/users", ADMINISTRATOR, "the accounts", s::users, |ask| {
        Box::pin(users::list(ask))
    }),
    send(
        Method::Post,
        "/api/users",
        ADMINISTRATOR,
        "make an account; its password is shown this once",
        s::new_user,
        (201, Some(s::handed_out)),
        |ask| Box::pin(users::make(ask)),
    ),
    send(
        Method::Patch,
        "/api/users/{email}",
        ADMINISTRATOR,
        "change an account, shut it, or hand out a new password",
        s::user_wish,
        (200, Some(s::handed_out)),
        |ask| Box::pin(users::change(ask)),
    ),
    get(
        "/api/letters",
        EVERYONE,
        "letters that have not left: those that wait, or those that were given up",
        s::letters,
        |ask| Box::pin(pages::letters::told(ask)),
    )
    .query(&[
        ("state", "`waiting` (where missing) or `failed`"),
        ("cursor", "`next` of the page before"),
    ]),
    send(
        Method::Post,
        "/api/letters",
        OFFICE,
        "send a letter again that was given up, or put it away; harmless when repeated",
        s::letter_wish,
        (204, None),
        |ask| Box::pin(pages::letters::tell(ask)),
    ),
    get(
        "/api/journal",
        KEEPERS,
        "the administration log of a month, in the order of time",
        s::journal,
        |ask| Box::pin(journal::list(ask)),
    )
    .query(&[
        ("month", "yyyy-mm in UTC; the current month where missing"),
        ("cursor", "`next` of the page before"),
    ]),
    get(
        "/api/verify",
        KEEPERS,
        "recompute every complaint's log; reads everything",
        s::proof,
        |ask| Box::pin(journal::verify(ask)),
    ),
    get(
        "/api/calendar",
        EVERYONE,
        "the working calendar of a year, day by day, with its source",
        s::calendar,
        |ask| Box::pin(calendar::show(ask)),
    )
    .query(&[
        ("year", "four digits; this year where missing"),
        ("calendar", "its name; that of the first procedure where missing"),
    ]),
    get(
        "/api/procedures",
        EVERYONE,
        "the procedures at hand",
        s::procedures,
        |ask| Box::pin(procedures::list(ask)),
    ),
    get(
        "/api/procedures/{id}",
        EVERYONE,
        "a procedure: its rules with their sources and what was assumed",
        s::procedure,
        |ask| Box::pin(procedures::show(ask)),
    ),
    send(
        Method::Post,
        "/api/simulate",
        QUALITY,
        "what a period's complaints would have been like under other rules, a slice at a time; writes nothing",
        simulate_shapes::wish,
        (200, Some(simulate_shapes::found)),
        |ask| Box::pin(simulate::simulate(ask)),
    ),
    get("/api/openapi.json", ANYONE, "this document", s::object, |ask| {
        Box::pin(async move { crate::serve::json(crate::openapi::document(&ask.public)) })
    }),
    page("/admin", EVERYONE, "the register", |ask| Box::pin(list::register(ask))),
    page("/admin/book", ANYONE, "the workbook", |ask| {
        Box::pin(workbook::show(ask))
    }),
    page("/admin/book/{file}", ANYONE, "a file of the workbook", |ask| {
        Box::pin(workbook::file(ask))
    }),
    page("/admin/due", EVERYONE, "what is due", |ask| Box::pin(list::due(ask))),
    page("/admin/duties", EVERYONE, "recurring duties", |ask| {
        Box::pin(duty_pages::show(ask))
    }),
    form("/admin/duties", ACTORS, "a recurring duty was done", |ask| {
        Box::pin(duty_pages::finished(ask))
    }),
    page("/admin/devices", EVERYONE, "the register of devices", |ask| {
        Box::pin(device_pages::list(ask))
    }),
    form("/admin/devices", RECEIVERS, "write a device down", |ask| {
        Box::pin(device_pages::add(ask))
    }),
    page("/admin/devices/{serial}", EVERYONE, "a device", |ask| {
        Box::pin(device_pages::show(ask))
    }),
    form("/admin/devices/{serial}", RECEIVERS, "change a device", |ask| {
        Box::pin(device_pages::change(ask))
    }),
    page("/admin/sign-in", ANYONE, "the way in", |ask| {
        Box::pin(pages::way_in(ask))
    }),
    form("/admin/sign-in", ANYONE, "sign in", |ask| Box::pin(pages::sign_in(ask))),
    form("/admin/sign-out", EVERYONE, "sign out", |ask| {
        Box::pin(pages::sign_out(ask))
    }),
    page(
        "/admin/act/{token}",
        ANYONE,
        "what a signed link of a letter is for; shows it and changes nothing",
        |ask| Box::pin(pages::act::show(ask)),
    ),
    form(
        "/admin/act",
        ANYONE,
        "do once what a signed link is for; the link stands in the form",
        |ask| Box::pin(pages::act::confirm(ask)),
    ),
    page("/admin/password", EVERYONE, "one's password", |ask| {
        Box::pin(pages::password(ask))
    }),
    form("/admin/password", EVERYONE, "change one's password", |ask| {
        Box::pin(pages::change_password(ask))
    }),
    page("/admin/complaints/{id}", EVERYONE, "a complaint", |ask| {
        Box::pin(complaint::show(ask))
    }),
    form("/admin/complaints/{id}", ACTORS, "tell a complaint something", |ask| {
        Box::pin(complaint::tell(ask))
    }),
    form(
        "/admin/complaints/{id}/address",
        RECEIVERS,
        "write letters to the customer's address again, with a reason",
        |ask| Box::pin(pages::address::clear(ask)),
    ),
    page("/admin/letters", EVERYONE, "letters that have not left", |ask| {
        Box::pin(pages::letters::list(ask))
    }),
    form(
        "/admin/letters",
        OFFICE,
        "send a letter again that was given up, or put it away",
        |ask| Box::pin(pages::letters::act(ask)),
    ),
    page("/admin/quarantine", OFFICE, "mail that waits for a person", |ask| {
        Box::pin(held_pages::list(ask))
    }),
    page("/admin/quarantine/{id}", OFFICE, "one mail that waits", |ask| {
        Box::pin(held_pages::show(ask))
    }),
    form(
        "/admin/quarantine/{id}",
        OFFICE,
        "take a mail in as it was or as a complaint, or put it away",
        |ask| Box::pin(held_pages::act(ask)),
    ),
    page(
        "/admin/complaints/{id}/forms/{rule}",
        EVERYONE,
        "a form filled from a complaint, to be printed",
        |ask| Box::pin(paper_pages::of_one(ask)),
    ),
    page("/admin/forms", EVERYONE, "the forms of the procedures", |ask| {
        Box::pin(paper_pages::all(ask))
    }),
    page(
        "/admin/forms/{rule}",
        EVERYONE,
        "the register of a month, the record of a duty or a device's sheet, to be printed",
        |ask| Box::pin(paper_pages::of_house(ask)),
    ),
    page(
        "/admin/forms/{rule}/blank",
        EVERYONE,
        "a form to be filled by hand",
        |ask| Box::pin(paper_pages::blank(ask)),
    ),
    page("/admin/slips", EVERYONE, "recalls, notices and other slips", |ask| {
        Box::pin(pages::slips::list(ask))
    }),
    page(
        "/admin/telephone",
        RECEIVERS,
        "the form for calls, visits and letters",
        |ask| Box::pin(telephone::show(ask)),
    ),
    form("/admin/telephone", RECEIVERS, "enter a call, visit or letter", |ask| {
        Box::pin(telephone::receive(ask))
    }),
    page("/admin/people", HEADS, "who holds which desk", |ask| {
        Box::pin(people::show(ask))
    }),
    form("/admin/people", HEADS, "write down who holds which desk", |ask| {
        Box::pin(people::save(ask))
    }),
    page("/admin/assets/admin.css", ANYONE, "the stylesheet", |ask| {
        Box::pin(pages::stylesheet(ask))
    }),
    page(
        "/admin/assets/sheet.css",
        ANYONE,
        "the stylesheet of printed forms",
        |ask| Box::pin(paper_pages::stylesheet(ask)),
    ),
    page(
        "/digest/off/{token}",
        ANYONE,
        "the page that the daily digest's link leads to",
        |ask| Box::pin(pages::subscription::show(ask)),
    ),
    signed(
        "/digest/off/{token}",
        "stop the daily digest of the person whose link this is; also at one click of a mail program",
        |ask| Box::pin(pages::subscription::stop(ask)),
    ),
    signed("/digest/on/{token}", "start the daily digest again", |ask| {
        Box::pin(pages::subscription::resume(ask))
    }),
];
