//! How long each function takes from its start to its first question for work, and how large it is, against a hello; and how
//! long until the first complaint is answered, against handlers in Node and Python with their AWS SDKs that put one item.
//!
//! `coldstart [FOLDER]`: the folder with the built binaries, `target/lambda` where nothing is said.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use kesu_bench::Table;
use kesu_bench::alternate::median;
use kesu_bench::runtime::{Did, Runtime};
use serde_json::{Value, json};

/// Runs of each binary, in turns.
const RUNS: usize = 40;
/// Runs of each handler until its first answer, in turns.
const ANSWERS: usize = 15;
/// The baseline: `lambda_runtime` and nothing else.
const HELLO: &str = "hello";
/// The same with one put through the SDK: what of a function's size is the SDK's.
const PUT: &str = "put";
/// The functions.
const FUNCTIONS: [&str; 7] = [
    "intake-web",
    "intake-mail",
    "notify",
    "escalate",
    "admin",
    "rollup",
    "import",
];
/// Goals: time, size.
const GOALS: (f64, f64) = (3.0, 6.0);
/// The goal for the first answer: so many times as fast as Node's, so the ratio of ours to it is at most this.
const ANSWER_GOAL: f64 = 0.1;
/// What a function is told by Lambda and by the template.
const SETTINGS: &[(&str, &str)] = &[
    ("AWS_REGION", "eu-central-1"),
    ("AWS_DEFAULT_REGION", "eu-central-1"),
    ("AWS_ACCESS_KEY_ID", "id"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
    ("AWS_LAMBDA_FUNCTION_NAME", "function"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("KESU_TABLE", "kesu"),
    ("KESU_SECRET", "0123456789abcdef0123456789abcdef"),
    ("KESU_BASE_URL", "https://kesu.example"),
    ("KESU_MAIL_FROM", "kesu@kesu.example"),
    ("KESU_MAIL_DOMAIN", "kesu.example"),
];

struct Start {
    asked: f64,
    resident: f64,
    answered: Option<(f64, String)>,
    requests: u32,
}

#[derive(Default)]
struct Starts {
    milliseconds: Vec<f64>,
    resident: Vec<f64>,
}

fn main() -> Result<()> {
    let folder = match std::env::args().nth(1) {
        Some(folder) => PathBuf::from(folder),
        None => beside()?,
    };
    let present = |name: &&str| folder.join(name).is_file();
    for missing in std::iter::once(HELLO).chain(FUNCTIONS).filter(|name| !present(name)) {
        println!("`{}` is not built", folder.join(missing).display());
    }
    let names: Vec<&str> = std::iter::once(HELLO).chain(FUNCTIONS).filter(present).collect();
    if names.first() != Some(&HELLO) {
        return Err(anyhow!("there is nothing to compare with"));
    }
    let mut starts: Vec<Starts> = names.iter().map(|_| Starts::default()).collect();
    for _ in 0..RUNS {
        for (name, starts) in names.iter().zip(&mut starts) {
            let start = started(&[folder.join(name)], false).with_context(|| format!("`{name}`"))?;
            starts.milliseconds.push(start.asked);
            starts.resident.push(start.resident);
        }
    }
    let mut figures = Vec::new();
    for (name, mut starts) in names.iter().zip(starts) {
        let size = std::fs::metadata(folder.join(name))?.len() as f64 / 1024.0;
        figures.push((
            *name,
            median(&mut starts.milliseconds),
            size,
            median(&mut starts.resident),
        ));
    }
    let put = std::fs::metadata(folder.join(PUT)).ok();
    print(&figures, put.map(|put| put.len() as f64 / 1024.0));
    if names.contains(&"intake-web") {
        first_answers(&folder.join("intake-web"))?;
    }
    Ok(())
}

fn print(figures: &[(&str, f64, f64, f64)], put: Option<f64>) {
    let Some((hello, functions)) = figures.split_first() else {
        return;
    };
    let mut table = Table::new(format!(
        "cold start, exec to the first question for work, median of {RUNS}; baseline: hello"
    ));
    for (name, time, size, resident) in functions {
        table.row(format!("{name}: time"), *time, hello.1, "ms", Some(GOALS.0));
        table.row(format!("{name}: size"), *size, hello.2, "KiB", Some(GOALS.1));
        if let Some(put) = put {
            table.row(format!("{name}: size / one put"), *size, put, "KiB", None);
        }
        table.row(format!("{name}: resident"), *resident, hello.3, "KiB", None);
    }
    table.print();
}

/// From the start to the first answer: intake-web takes a complaint in, the others put one item.
fn first_answers(ours: &Path) -> Result<()> {
    let mut contestants = vec![("intake-web", vec![ours.to_owned()])];
    let put = ours.with_file_name(PUT);
    if put.is_file() {
        contestants.push(("one put in Rust", vec![put]));
    }
    contestants.extend(others());
    let mut times: Vec<(Vec<f64>, Vec<f64>, u32)> = contestants.iter().map(|_| Default::default()).collect();
    for _ in 0..ANSWERS {
        for ((name, command), (asked, answers, requests)) in contestants.iter().zip(&mut times) {
            let start = started(command, true).with_context(|| format!("`{name}`"))?;
            let (time, answer) = start.answered.with_context(|| format!("`{name}` did not answer"))?;
            let told: Value = serde_json::from_str(&answer).unwrap_or_default();
            if told.get("statusCode").and_then(Value::as_u64) != Some(201) {
                return Err(anyhow!("`{name}` answered {answer}"));
            }
            asked.push(start.asked);
            answers.push(time);
            *requests = start.requests;
        }
    }
    let mut table = Table::new(format!(
        "cold start to the first answer, median of {ANSWERS}, the same Runtime API and table; ours takes a whole complaint in"
    ));
    let mut medians = contestants
        .iter()
        .zip(times)
        .map(|((name, _), (mut asked, mut answers, requests))| {
            (*name, median(&mut asked), median(&mut answers), requests)
        });
    let Some((_, own_asked, own, own_requests)) = medians.next() else {
        return Ok(());
    };
    println!("intake-web asks the table {own_requests} times, the others once");
    for (name, asked, time, _) in medians {
        let goal = (name == "Node").then_some(ANSWER_GOAL);
        table.row(format!("first question / {name}"), own_asked, asked, "ms", None);
        table.row(format!("first answer / {name}"), own, time, "ms", goal);
    }
    table.print();
    Ok(())
}

/// The other handlers, as far as what they need is installed.
fn others() -> Vec<(&'static str, Vec<PathBuf>)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (node, python) = (here.join("coldstart/handler.mjs"), here.join("coldstart/handler.py"));
    let venv = here.join("../infra/aws/.venv/run/bin/python");
    let mut others = Vec::new();
    let runs = |program: &Path| Command::new(program).arg("--version").output().is_ok();
    if runs(Path::new("node")) && here.join("coldstart/node_modules").is_dir() {
        others.push(("Node", vec![PathBuf::from("node"), node]));
    } else {
        println!("Node or its AWS SDK is not there (npm ci in bench/coldstart): left out");
    }
    if runs(&venv) {
        others.push(("Python", vec![venv, python]));
    } else {
        println!("Python's AWS SDK is not there (make infra/aws/.venv/run/made): left out");
    }
    others
}

/// `lambda` beside the folder of this program.
fn beside() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let target = own
        .parent()
        .and_then(Path::parent)
        .context("the folder of this program")?;
    Ok(target.join("lambda"))
}

/// A complaint as the HTTP API hands it over.
fn event() -> String {
    let body = json!({
        "procedure": "P19", "description": "整批料筒开裂,要求退款加赔偿一共八万六。",
        "customer": {"name": "陈晓明", "phone": "13800000001", "email": "chen@customer.example"},
        "product": {"name": "注塑机", "order": "DD-2025-118"},
    });
    json!({
        "version": "2.0", "routeKey": "POST /api/complaints", "rawPath": "/api/complaints", "rawQueryString": "",
        "headers": {"content-type": "application/json", "idempotency-key": "0123456789abcdef", "host": "kesu.example"},
        "requestContext": {
            "accountId": "1", "apiId": "a", "domainName": "kesu.example", "domainPrefix": "kesu", "requestId": "r",
            "routeKey": "POST /api/complaints", "stage": "$default", "time": "12/Mar/2025:09:00:00 +0000", "timeEpoch": 1,
            "http": {"method": "POST", "path": "/api/complaints", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.7", "userAgent": "bench"},
        },
        "body": body.to_string(), "isBase64Encoded": false,
    })
    .to_string()
}

/// Starts a program against a runtime interface of our own, and ends it when it has asked for work, or has done it.
fn started(words: &[PathBuf], whole: bool) -> Result<Start> {
    let runtime = Runtime::start(event())?;
    let (program, arguments) = words.split_first().context("a program")?;
    let mut command = Command::new(program);
    command.args(arguments);
    // An interpreter is found where this process finds it.
    if arguments.is_empty() {
        command.env_clear();
    }
    command
        .envs(SETTINGS.iter().copied())
        .env("AWS_ENDPOINT_URL", format!("http://{}", runtime.at))
        .env("AWS_LAMBDA_RUNTIME_API", runtime.at.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begin = Instant::now();
    let mut child = command.spawn()?;
    let done = watched(&runtime, &mut child, begin, whole);
    child.kill()?;
    child.wait()?;
    done
}

fn watched(runtime: &Runtime, child: &mut Child, begin: Instant, whole: bool) -> Result<Start> {
    let since = |at: Instant| at.duration_since(begin).as_secs_f64() * 1000.0;
    let Did::Asked(at) = next(runtime, child)? else {
        return Err(anyhow!("it answered before it asked"));
    };
    let mut start = Start {
        asked: since(at),
        resident: resident(child.id()),
        answered: None,
        requests: 0,
    };
    if whole {
        if let Did::Answered(at, answer) = next(runtime, child)? {
            start.answered = Some((since(at), answer));
        }
        start.requests = runtime.for_the_table.load(std::sync::atomic::Ordering::SeqCst);
    }
    Ok(start)
}

/// What it does next; an error when it ends or stays silent.
fn next(runtime: &Runtime, child: &mut Child) -> Result<Did> {
    for _ in 0..200 {
        match runtime.did.recv_timeout(Duration::from_millis(100)) {
            Ok(did) => return Ok(did),
            Err(_) => {
                if let Some(status) = child.try_wait()? {
                    return Err(anyhow!("it ended with {status} before that"));
                }
            }
        }
    }
    Err(anyhow!("it stays silent"))
}

/// Resident memory in KiB; 0 where the system does not tell.
fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse().ok())
        .unwrap_or(0.0)
}
