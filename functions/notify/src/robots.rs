//! Messages of chat robots: letters of their own channel beside the letters to staff, so that they are seen and tried again.
//!
//! A message is ordered when the letter beside it is first tried, once for each hook, desk and occasion, by a record that
//! goes with it. It is told at least once; after a crash it may be told twice, which a group can bear. The letter by mail
//! goes out in any case: where a robot fails, nobody misses anything.

use chrono::{DateTime, TimeDelta, Utc};
use kesu_app::clock::stamp;
use kesu_app::post::filters;
use kesu_app::post::robots::rate::{Hook, Place, Turn};
use kesu_app::post::{PostError, Robot};
use kesu_app::record::queued;
use kesu_app::store::{Guard, Kind, LetterRecord, LetterState, SmallRecord};
use kesu_app::texts::texts;
use kesu_app::{App, Problem};
use kesu_rules::clock::Moment;
use kesu_rules::language::Language;
use kesu_rules::letters::Letter;
use serde_json::Value;

use crate::fail;
use crate::write::{Written, read};

/// Places of a hook's messages among those of an entry: the first hook's begin here, the next one's as far on.
const PLACES: usize = 1_000;
/// How many letters a message that sums up others names.
const NAMED: usize = 20;
/// How often the hook's record is tried when others write it at the same time.
const TRIES: u32 = 20;
/// Attempts after which a message is given up.
const ATTEMPTS: u32 = 8;

/// The channel of a letter, if a robot tells it: `wecom`, `dingtalk` or `feishu`.
pub(crate) fn channel(record: &LetterRecord) -> Option<String> {
    part(record, "channel")
}

fn part(record: &LetterRecord, name: &str) -> Option<String> {
    let body: Value = serde_json::from_str(&record.body).ok()?;
    body.get(name)?.as_str().map(str::to_owned)
}

/// Orders the messages that go beside a letter.
pub(crate) async fn accompany(app: &App, record: &LetterRecord, written: &Written) -> Result<(), Problem> {
    let letter = &written.letter;
    let desk = letter.desk.as_ref().map(|desk| desk.as_str());
    for (nth, robot) in app.settings.robots.iter().enumerate() {
        if !robot.wants(&letter.template, desk) {
            continue;
        }
        let n = PLACES * (nth + 1) + usize::try_from(record.n).unwrap_or(0);
        let at = written.outgoing.date;
        let mut message = queued(&record.id, record.seq, n, letter, at, app.settings.shards);
        let wake = app.wake_at(&record.id, app.now() + TimeDelta::seconds(90));
        message.wake = Some(wake);
        message.body = serde_json::json!({
            "at": at, "letter": letter, "channel": robot.kind.channel(), "robot": robot.id,
        })
        .to_string();
        let code = letter.code.as_deref().unwrap_or_default();
        let rule = letter.rule.as_ref().map(ToString::to_string).unwrap_or_default();
        // Several people of one desk get a letter each; their group is told once.
        let key = format!(
            "robot#{}#{}#{}#{}#{}#{rule}#{code}",
            robot.id,
            record.id,
            record.seq,
            letter.template,
            desk.unwrap_or_default()
        );
        let mut seen = SmallRecord::new(Kind::Seen, key, n.to_string());
        seen.expires = Some((kesu_app::clock::machine() + TimeDelta::days(30)).timestamp());
        app.store.put_with_letters(&seen, Guard::New, &[message]).await?;
    }
    Ok(())
}

/// Tells a message, or lets it wait for its turn.
pub(crate) async fn deliver(app: &App, record: &LetterRecord, now: DateTime<Utc>) -> Result<(), Problem> {
    let me: Place = (record.id.clone(), record.seq, record.n);
    let (id, seq, n) = (record.id.as_str(), record.seq, record.n);
    let named = part(record, "robot");
    let Some(robot) = app
        .settings
        .robots
        .iter()
        .find(|robot| Some(&robot.id) == named.as_ref())
    else {
        let why = "the robot is not in the settings any more";
        return fail(app, record, why, None, now).await;
    };
    let mut turn = Turn::Told;
    change(app, robot, |hook| turn = hook.turn(robot.limits(), &me, now)).await?;
    let batch = match turn {
        Turn::Told => {
            app.store.mark_sent(id, seq, n, &stamp(now), None).await?;
            return Ok(());
        }
        Turn::Wait(until) => {
            // Those that wait for the same moment do not all ask in the same second.
            let apart = i64::from(n) % 7 + i64::try_from(id.len()).unwrap_or(0) % 5;
            let wait = until - now + TimeDelta::seconds(apart);
            let why = "the robot has had its messages of this minute: told with the next ones";
            return fail(app, record, why, Some(wait), now).await;
        }
        Turn::Tell(batch) => batch,
    };
    let text = match batch.len() {
        1 => single(app, robot, record).await?,
        _ => together(app, robot, &batch).await?,
    };
    let said = match text {
        Some(text) => robot.say(&text).await,
        None => Err(PostError::Permanent("the complaint is gone".into())),
    };
    if batch.len() > 1 {
        change(app, robot, |hook| hook.outcome(&batch, &me, said.is_ok())).await?;
    }
    match said {
        Ok(()) => {
            app.store.mark_sent(id, seq, n, &stamp(now), None).await?;
        }
        Err(error) => {
            let again = error.is_transient() && record.attempts < ATTEMPTS;
            // A vendor that was asked too often is quiet for minutes: each wait is longer than the one before.
            let wait = TimeDelta::minutes(1 << record.attempts.min(6));
            tracing::warn!(letter.id = id, letter.seq = seq, letter.n = n, %error, again, "a robot was not heard");
            fail(app, record, &error.to_string(), again.then_some(wait), now).await?;
        }
    }
    Ok(())
}

/// Changes a hook's record; others may be changing it at the same time.
async fn change(app: &App, robot: &Robot, mut step: impl FnMut(&mut Hook)) -> Result<(), Problem> {
    let key = format!("hook#{}", robot.id);
    for _ in 0..TRIES {
        let standing = app.store.get(Kind::Seen, &key).await?;
        let old: Hook = standing
            .as_ref()
            .and_then(|record| serde_json::from_str(&record.body).ok())
            .unwrap_or_default();
        let mut hook = old.clone();
        step(&mut hook);
        if hook == old && standing.is_some() {
            return Ok(());
        }
        // The store takes a repeat of the very same record for an earlier attempt of ours; two takers of the last place
        // at one instant must not look like that.
        hook.writer = kesu_app::users::random_hex(8);
        // INVARIANT: numbers and texts always serialise.
        let body = serde_json::to_string(&hook).unwrap_or_default();
        let mut record = SmallRecord::new(Kind::Seen, key.clone(), body);
        let written = match standing {
            None => app.store.put_new(&record).await?,
            Some(before) => {
                record.version = before.version + 1;
                app.store.update(&record, before.version).await?
            }
        };
        if written {
            return Ok(());
        }
    }
    Err(Problem::Busy)
}

/// The text of a message, for the list of letters; nothing when what it is about is gone.
pub(crate) async fn text_of(app: &App, record: &LetterRecord) -> Result<Option<String>, Problem> {
    let named = part(record, "robot");
    match app
        .settings
        .robots
        .iter()
        .find(|robot| Some(&robot.id) == named.as_ref())
    {
        Some(robot) => single(app, robot, record).await,
        None => Ok(None),
    }
}

async fn single(app: &App, robot: &Robot, record: &LetterRecord) -> Result<Option<String>, Problem> {
    let Some(told) = Told::of(app, record, robot.language).await? else {
        return Ok(None);
    };
    let mut lines = vec![told.head(robot.language)];
    lines.extend(told.items.iter().map(|item| format!("- {item}")));
    lines.push(told.link.clone());
    Ok(Some(robot.fitted(&lines, |_| told.link.clone())))
}

/// One message about all letters that found no room: the most urgent ones by name, the others counted.
async fn together(app: &App, robot: &Robot, batch: &[Place]) -> Result<Option<String>, Problem> {
    let language = robot.language;
    let mut named = Vec::new();
    for (id, seq, n) in batch.iter().take(NAMED) {
        let record = app.store.letter_of(id, *seq, *n).await?;
        let Some(record) = record.filter(|record| record.state != LetterState::Sent) else {
            continue;
        };
        if let Some(told) = Told::of(app, &record, language).await? {
            named.push(told);
        }
    }
    named.sort_by_key(|told| (told.letter != "overdue", told.due_at));
    let count = batch.len().to_string();
    let mut lines = vec![texts().text(language, "robot.together", &[("count", &count)])];
    lines.extend(named.iter().map(|told| {
        let first = told.items.first().map(|item| format!(": {item}")).unwrap_or_default();
        format!("- {}{first}", told.head(language))
    }));
    if batch.len() > NAMED {
        lines.push(more(language, batch.len() - NAMED));
    }
    lines.push(format!("{}/admin", app.settings.base_url));
    let hidden = batch.len().saturating_sub(NAMED);
    Ok(Some(robot.fitted(&lines, |left| more(language, hidden + left))))
}

fn more(language: Language, left: usize) -> String {
    texts().text(language, "robot.more", &[("count", &left.to_string())])
}

/// What a message tells: nothing of a person.
struct Told {
    letter: String,
    number: Option<String>,
    class: Option<String>,
    department: Option<String>,
    due_at: Option<Moment>,
    items: Vec<String>,
    link: String,
}

impl Told {
    async fn of(app: &App, record: &LetterRecord, language: Language) -> Result<Option<Self>, Problem> {
        let Some((letter, at)) = read(record) else {
            return Ok(None);
        };
        let base = &app.settings.base_url;
        if let Some(facts) = &letter.facts {
            let fact = |name: &str| facts.get(name).and_then(Value::as_str).map(str::to_owned);
            let due_at = fact("due_at").and_then(|due| DateTime::parse_from_rfc3339(&due).ok());
            return Ok(Some(Self {
                items: due_line(fact("duty").as_deref(), due_at, letter.rule.as_ref(), language)
                    .into_iter()
                    .collect(),
                department: fact("responsible").or_else(|| letter.desk.as_ref().map(ToString::to_string)),
                letter: letter.template,
                number: None,
                class: None,
                due_at,
                link: fact("link").unwrap_or_else(|| format!("{base}/admin")),
            }));
        }
        let loaded = match app.load(&record.id).await {
            Ok(loaded) => loaded,
            Err(Problem::NotFound) => return Ok(None),
            Err(problem) => return Err(problem),
        };
        let desk = app.desk_of(&loaded.complaint).await?;
        let it = &loaded.complaint;
        let title = |rule: &kesu_rules::domain::names::RuleId| {
            let found = desk.procedure.deadline(rule.as_str());
            found.map(|rule| rule.title.get(language).to_owned())
        };
        let mut dated: Vec<(Moment, String)> = Vec::new();
        for item in &letter.items {
            let line = due_line(
                title(&item.rule).as_deref(),
                Some(item.due_at),
                Some(&item.rule),
                language,
            );
            dated.extend(line.map(|line| (item.due_at, line)));
        }
        if dated.is_empty() && shows_deadlines(&letter) {
            let open = desk.deadlines(it, at);
            for one in open.iter().filter(|one| one.runs() && one.then.is_none()) {
                let line = due_line(title(&one.rule).as_deref(), Some(one.due_at), Some(&one.rule), language);
                dated.extend(line.map(|line| (one.due_at, line)));
            }
        }
        dated.sort();
        Ok(Some(Self {
            letter: letter.template,
            number: Some(it.number.to_string()),
            class: Some(it.class.clone()).filter(|class| !class.is_empty()),
            department: it.department.as_ref().or(letter.desk.as_ref()).map(ToString::to_string),
            due_at: dated.first().map(|(due, _)| *due),
            items: dated.into_iter().map(|(_, line)| line).collect(),
            link: format!("{base}/admin/complaints/{}", it.id),
        }))
    }

    /// `已超期 [KS-2026-0017] 一般投诉 · 品质部`.
    fn head(&self, language: Language) -> String {
        let mut head = texts().label(language, "letter", &self.letter);
        if let Some(number) = &self.number {
            head.push_str(&format!(" [KS-{number}]"));
        }
        let rest: Vec<&str> = [&self.class, &self.department]
            .into_iter()
            .filter_map(|part| part.as_deref())
            .collect();
        if !rest.is_empty() {
            head.push_str(&format!(" {}", rest.join(" · ")));
        }
        head
    }
}

/// Letters that bring work: the dates belong to them.
fn shows_deadlines(letter: &Letter) -> bool {
    ["assigned", "notice"].contains(&letter.template.as_str())
}

fn due_line(
    title: Option<&str>,
    due_at: Option<Moment>,
    rule: Option<&kesu_rules::domain::names::RuleId>,
    language: Language,
) -> Option<String> {
    let due = filters::due(due_at?, language);
    let rule = rule.map(ToString::to_string).unwrap_or_default();
    let given = [
        ("what", title.unwrap_or(&rule)),
        ("due", due.as_str()),
        ("rule", rule.as_str()),
    ];
    Some(texts().text(language, "robot.item", &given))
}
