//! Lambda's Runtime API and a table that takes everything, at one address of this machine, for one process that is measured.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use anyhow::Result;

/// What the measured process has done.
#[derive(Debug)]
pub enum Did {
    /// It asked for work for the first time.
    Asked(Instant),
    /// It answered the first piece of work: when, and what.
    Answered(Instant, String),
}

/// The interface; it ends with this.
pub struct Runtime {
    /// Where it answers.
    pub at: SocketAddr,
    /// What happens there.
    pub did: Receiver<Did>,
    /// Requests that came for the table.
    pub for_the_table: Arc<AtomicU32>,
    over: Arc<AtomicBool>,
}

struct Shared {
    event: String,
    tell: Sender<Did>,
    given: AtomicBool,
    for_the_table: Arc<AtomicU32>,
}

impl Runtime {
    /// Starts, with one event to be handled.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start(event: String) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let at = listener.local_addr()?;
        let (tell, did) = channel();
        let over = Arc::new(AtomicBool::new(false));
        let for_the_table = Arc::new(AtomicU32::new(0));
        let shared = Arc::new(Shared {
            event,
            tell,
            given: AtomicBool::new(false),
            for_the_table: Arc::clone(&for_the_table),
        });
        let ends = Arc::clone(&over);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&shared);
                // A connection ends with the process at its other end.
                std::thread::spawn(move || serve(&stream, &shared));
            }
        });
        Ok(Self {
            at,
            did,
            for_the_table,
            over,
        })
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Lets go of the listener.
        drop(TcpStream::connect(self.at));
    }
}

fn serve(stream: &TcpStream, shared: &Shared) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut from = BufReader::new(stream);
    loop {
        let (head, body) = request(&mut from)?;
        let now = Instant::now();
        let line = head.lines().next()?.to_owned();
        if line.contains("/runtime/invocation/next") {
            if shared.given.swap(true, Ordering::SeqCst) {
                // There is no more work: it waits until it is ended.
                std::thread::park();
                return None;
            }
            let _ = shared.tell.send(Did::Asked(now));
            answer(
                stream,
                "200 OK",
                "lambda-runtime-aws-request-id: 1\r\nlambda-runtime-deadline-ms: 9999999999999\r\nlambda-runtime-invoked-function-arn: arn:aws:lambda:eu-central-1:1:function:f\r\n",
                &shared.event,
            )?;
        } else if line.contains("/runtime/") {
            let _ = shared.tell.send(Did::Answered(now, body));
            answer(stream, "202 Accepted", "", "")?;
        } else {
            shared.for_the_table.fetch_add(1, Ordering::SeqCst);
            let target = head
                .lines()
                .find(|line| line.to_lowercase().starts_with("x-amz-target"));
            let found = match target.and_then(|line| line.rsplit('.').next()).unwrap_or_default() {
                "Query" => r#"{"Items":[],"Count":0,"ScannedCount":0}"#,
                "BatchGetItem" => r#"{"Responses":{},"UnprocessedKeys":{}}"#,
                _ => "{}",
            };
            answer(stream, "200 OK", "content-type: application/x-amz-json-1.0\r\n", found)?;
        }
    }
}

/// One request: its head, and its body by length or in chunks; nothing when the other end is gone.
fn request(from: &mut impl BufRead) -> Option<(String, String)> {
    let (mut head, mut length, mut chunked) = (String::new(), 0, false);
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let lower = line.to_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        chunked |= lower.starts_with("transfer-encoding:") && lower.contains("chunked");
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut body = Vec::new();
    if chunked {
        loop {
            let mut size = String::new();
            from.read_line(&mut size).ok()?;
            let size = usize::from_str_radix(size.trim(), 16).ok()?;
            let mut part = vec![0; size + 2];
            from.read_exact(&mut part).ok()?;
            part.truncate(size);
            body.extend(part);
            if size == 0 {
                break;
            }
        }
    } else {
        body = vec![0; length];
        from.read_exact(&mut body).ok()?;
    }
    Some((head, String::from_utf8_lossy(&body).into_owned()))
}

fn answer(mut to: &TcpStream, status: &str, headers: &str, body: &str) -> Option<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    to.write_all(head.as_bytes()).ok()
}
