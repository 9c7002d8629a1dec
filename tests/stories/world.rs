//! A running `kesu serve` on a free loopback port with a movable clock, and a person who talks to it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

/// The program under test, built once if need be.
pub fn kesu() -> &'static Path {
    static KESU: OnceLock<PathBuf> = OnceLock::new();
    KESU.get_or_init(|| {
        // target/<profile>/deps/stories-… → target/<profile>/kesu
        let profile = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned();
        let program = profile.join(format!("kesu{}", std::env::consts::EXE_SUFFIX));
        assert!(
            program.exists(),
            "build the program first: cargo build --workspace --all-features (make test does)"
        );
        program
    })
}

/// Runs a command to its end.
pub fn command(args: &[&str]) -> Output {
    Command::new(kesu()).args(args).stdin(Stdio::null()).output().unwrap()
}

/// Runs a command with something on its standard input.
pub fn command_with_input(args: &[&str], input: &str) -> Output {
    use std::io::Write;
    let mut child = Command::new(kesu())
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The JSON that a command printed.
pub fn printed(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("no JSON: {text}\n{}", String::from_utf8_lossy(&output.stderr)))
}

/// An answer of the server.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON ({}): {}", self.status, self.text))
    }
}

/// The running program.
pub struct World {
    child: Child,
    pub base: String,
    /// Where it takes mail.
    pub mail: String,
    pub administrator: Option<(String, String)>,
    pub data: PathBuf,
    _folder: Option<TempDir>,
}

impl World {
    /// Starts with an empty folder of its own.
    pub fn new(procedure: &str, now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut world = Self::over(&data, procedure, Some(now), &[]);
        world._folder = Some(folder);
        world
    }

    /// Starts over a folder of its own in which these files stand; paths from the data folder.
    pub fn with_files(procedure: &str, now: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        write_files(&data, files);
        let mut world = Self::over(&data, procedure, Some(now), &[]);
        world._folder = Some(folder);
        world
    }

    /// Starts over a folder.
    pub fn over(data: &Path, procedure: &str, now: Option<&str>, more: &[&str]) -> Self {
        let mut args = vec![
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--procedure",
            procedure,
            "--data",
            data.to_str().unwrap(),
            "--smtp",
            "127.0.0.1:0",
        ];
        if let Some(now) = now {
            args.extend(["--now", now]);
        }
        args.extend(more);
        let mut child = Command::new(kesu())
            .args(args)
            .env("KESU_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut address, mut word, mut mail) = (None, None, String::new());
        let base = loop {
            let line = lines.next().expect("the server ended before it listened").unwrap();
            if let Some(rest) = line.strip_prefix("administrator: ") {
                address = Some(rest.to_owned());
            } else if let Some(rest) = line.strip_prefix("one-time password: ") {
                word = Some(rest.to_owned());
            } else if let Some(rest) = line.strip_prefix("mail at ") {
                rest.clone_into(&mut mail);
            } else if let Some(rest) = line.strip_prefix("listening on ") {
                break rest.to_owned();
            }
        };
        Self {
            child,
            base,
            mail,
            administrator: address.zip(word),
            data: data.to_owned(),
            _folder: None,
        }
    }

    /// Ends at once, without a chance to tidy up.
    pub fn kill(mut self) -> Option<TempDir> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self._folder.take()
    }

    /// Asks it to end, and waits; the exit code.
    pub fn stop(mut self) -> (Option<i32>, Option<TempDir>) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        (status.code(), self._folder.take())
    }

    /// A client that keeps no cookies.
    pub fn agent() -> Agent {
        Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into()
    }

    /// Posts JSON.
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut request = Self::agent()
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send(body.to_string()))
    }

    /// Puts JSON.
    pub fn put(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut request = Self::agent()
            .put(format!("{}{path}", self.base))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send(body.to_string()))
    }

    /// Gets a page or JSON.
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Self::agent().get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.call())
    }

    /// Hands in a complaint.
    pub fn complain(&self, key: &str, body: &Value) -> Answer {
        self.post("/api/complaints", &[("Idempotency-Key", key)], body)
    }

    /// Moves the clock; what the sweep reports.
    pub fn clock(&self, now: &str) -> Value {
        let answer = self.post("/dev/clock", &[], &json!({"now": now}));
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// All letters.
    pub fn outbox(&self) -> Vec<Value> {
        let answer = self.get("/dev/outbox", &[]);
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json().as_array().unwrap().clone()
    }

    /// The letters of a template, in order.
    pub fn letters(&self, template: &str) -> Vec<Value> {
        self.outbox()
            .into_iter()
            .filter(|letter| letter["template"] == template)
            .collect()
    }

    /// Signs in as the first administrator.
    pub fn sign_in(&self) -> Person<'_> {
        let (email, password) = self
            .administrator
            .clone()
            .expect("this is not the folder's first start");
        self.sign_in_as(&email, &password)
    }

    /// Signs in.
    pub fn sign_in_as(&self, email: &str, password: &str) -> Person<'_> {
        let url = format!("{}/api/session", self.base);
        let body = json!({"email": email, "password": password}).to_string();
        let response = Self::agent()
            .post(url)
            .header("content-type", "application/json")
            .send(body)
            .unwrap();
        assert_eq!(response.status(), 204);
        let cookie = response.headers().get("set-cookie").unwrap().to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let session = self.get("/api/session", &[("cookie", &cookie)]).json();
        let csrf = session["csrf"].as_str().unwrap().to_owned();
        Person {
            world: self,
            cookie,
            csrf,
            password: password.to_owned(),
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = result.expect("the server answers");
    let status = response.status().as_u16();
    Answer {
        status,
        text: response.body_mut().read_to_string().unwrap_or_default(),
    }
}

/// A signed-in member of staff.
pub struct Person<'a> {
    pub world: &'a World,
    pub cookie: String,
    pub csrf: String,
    pub password: String,
}

impl Person<'_> {
    pub fn get(&self, path: &str) -> Answer {
        self.world.get(path, &[("cookie", &self.cookie)])
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.world
            .post(path, &[("cookie", &self.cookie), ("x-kesu-csrf", &self.csrf)], body)
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.world
            .put(path, &[("cookie", &self.cookie), ("x-kesu-csrf", &self.csrf)], body)
    }

    /// Posts a file as it is.
    pub fn upload(&self, path: &str, bytes: Vec<u8>) -> Answer {
        let request = World::agent()
            .post(format!("{}{path}", self.world.base))
            .header("content-type", "application/octet-stream")
            .header("cookie", &self.cookie)
            .header("x-kesu-csrf", &self.csrf);
        answer(request.send(bytes))
    }

    /// The complaint as the API shows it.
    pub fn complaint(&self, id: &str) -> Value {
        let answer = self.get(&format!("/api/complaints/{id}"));
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// Gives a command with the version that is there now.
    pub fn command(&self, id: &str, command: &Value) -> Answer {
        let version = self.complaint(id)["version"].clone();
        let body = json!({"version": version, "command": command, "reason": "as agreed"});
        self.post(&format!("/api/complaints/{id}/commands"), &body)
    }

    /// Gives a command that must be done; the complaint afterwards.
    pub fn does(&self, id: &str, command: Value) -> Value {
        let answer = self.command(id, &command);
        assert_eq!(answer.status, 200, "{command}: {}", answer.text);
        self.complaint(id)
    }

    /// Gives a command that must be refused; the refusals' codes.
    pub fn is_refused(&self, id: &str, command: Value) -> Vec<String> {
        let answer = self.command(id, &command);
        assert_eq!(answer.status, 422, "{command}: {}", answer.text);
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        errors
            .iter()
            .map(|error| error["code"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Grants every request that is outstanding.
    pub fn approves_all(&self, id: &str) {
        loop {
            let complaint = self.complaint(id);
            let open = complaint["approvals"]
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["decision"].is_null())
                .cloned();
            let Some(open) = open else { return };
            self.does(
                id,
                json!({"type": "approve", "request": open["request"], "password": self.password}),
            );
        }
    }
}

/// Writes files into a data folder.
pub fn write_files(data: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = data.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// A complaint's body.
pub fn body(text: &str) -> Value {
    json!({
        "description": text,
        "customer": {"name": "陈晓明", "phone": "13800000001", "email": "chen@customer.example"},
        "product": {"name": "注塑机", "order": "DD-2025-118"},
        "language": "zh-Hans",
    })
}

/// The deadline of a rule in a list.
pub fn deadline<'a>(list: &'a Value, rule: &str) -> &'a Value {
    let found = list.as_array().unwrap().iter().find(|one| one["rule"] == rule);
    found.unwrap_or_else(|| panic!("no deadline {rule} in {list}"))
}
