//! The child process in which old workbooks are read: what a hostile file takes, it takes from the child.
//!
//! The child is a program (usually this one again) with a hidden command. It gets the file as its standard input and its task
//! as an argument, sets its own limits before it looks at the file, and writes sheets and rows to its standard output. However
//! it ends, this process ends with a reason to tell.

mod limit;
mod serve;
mod wire;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::ops::ControlFlow;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

pub use self::serve::serve;
use self::wire::{Opened, Task, Word, receive};
use super::source::{Source, unreadable};
use super::{Book, Unreadable};
use crate::grid::{Row, Sheet};
use crate::limits::Limits;

/// The program that reads old workbooks for this one: usually this program itself with a hidden command.
#[derive(Clone, Debug)]
pub struct Helper {
    /// The program.
    pub program: PathBuf,
    /// Its arguments; the task is added to them.
    pub arguments: Vec<OsString>,
    /// Bytes of address space that it may take.
    pub memory: u64,
    /// How long it may take until its first row, and from row to row; and how long it may compute altogether.
    pub patience: Duration,
}

impl Helper {
    /// The hidden command by which this program is its own helper: behind it stands the task, for [`serve`].
    pub const COMMAND: &str = "read-old-workbook";

    /// A program with the limits that every honest register of ten years keeps: 256 MB, 60 seconds.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            memory: 256 << 20,
            patience: Duration::from_secs(60),
        }
    }

    /// This program, started once more with [`Self::COMMAND`]; none where the system does not say where it is.
    #[must_use]
    pub fn this_program() -> Option<Self> {
        let program = std::env::current_exe().ok()?;
        Some(Self::new(program, [Self::COMMAND]))
    }
}

/// An old workbook that a child reads.
pub struct Old {
    file: Input,
    helper: Helper,
    limits: Limits,
    opened: Opened,
    /// A child that waits to go on, and the sheet that it reads next.
    running: Option<(Running, usize)>,
}

/// What the child gets as its standard input.
enum Input {
    /// The file itself.
    File(File),
    /// Bytes, through a pipe.
    Bytes(Arc<Vec<u8>>),
}

impl Old {
    /// Opens a workbook: its sheets are known afterwards.
    pub fn open(source: Source, limits: &Limits, helper: &Helper) -> Result<Self, Unreadable> {
        let mut old = Self {
            file: match source {
                Source::File(file) => Input::File(file),
                Source::Bytes(bytes) => Input::Bytes(Arc::new(bytes.into_inner())),
            },
            helper: helper.clone(),
            limits: *limits,
            opened: Opened::default(),
            running: None,
        };
        let (running, opened) = old.start(0)?;
        old.opened = opened;
        old.running = Some((running, 0));
        Ok(old)
    }

    /// Starts a child that reads from a sheet on.
    fn start(&mut self, sheet: usize) -> Result<(Running, Opened), Unreadable> {
        let task = Task {
            sheet,
            memory: self.helper.memory,
            seconds: self.helper.patience.as_secs().max(1),
            limits: self.limits,
        };
        let task = serde_json::to_string(&task).map_err(|error| missing(&error))?;
        let stdin = match &mut self.file {
            Input::File(file) => {
                file.rewind().map_err(unreadable)?;
                Stdio::from(file.try_clone().map_err(unreadable)?)
            }
            Input::Bytes(_) => Stdio::piped(),
        };
        // It needs nothing of the environment, where secrets may stand.
        let mut child = Command::new(&self.helper.program)
            .args(&self.helper.arguments)
            .arg(task)
            .env_clear()
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| missing(&error))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        if let (Some(mut input), Input::Bytes(bytes)) = (input, &self.file) {
            let bytes = Arc::clone(bytes);
            // A child that ends before it has read everything has its reasons, which are told by its end.
            std::thread::spawn(move || drop(input.write_all(&bytes)));
        }
        let patience = self.helper.patience;
        let output = output.ok_or_else(|| missing(&"no output"))?;
        let mut running = Running {
            child,
            words: BufReader::with_capacity(64 << 10, Patient { output, patience }),
        };
        match running.next()? {
            Word::Opened(opened) => Ok((running, opened)),
            Word::Failed(failure) => Err(failure.unreadable()),
            Word::Row(_) | Word::End => Err(Unreadable::of("reader_failed").with("end", "order")),
        }
    }
}

fn missing(error: &dyn std::fmt::Display) -> Unreadable {
    Unreadable::of("reader_missing").with("error", error)
}

impl Book for Old {
    fn kind(&self) -> &'static str {
        "xls"
    }

    fn sheets(&self) -> &[Sheet] {
        &self.opened.sheets
    }

    fn counts_from_1904(&self) -> bool {
        self.opened.since_1904
    }

    fn rows(&mut self, sheet: usize, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), Unreadable> {
        let Some(name) = self.opened.sheets.get(sheet).map(|known| known.name.clone()) else {
            return Err(Unreadable::of("no_sheet"));
        };
        // Sheets in their order are read by one child; any other one begins anew.
        let mut running = match self.running.take() {
            Some((running, next)) if next == sheet => running,
            _ => self.start(sheet)?.0,
        };
        loop {
            match running.next().map_err(|error| error.with("sheet", &name))? {
                Word::Row(row) => {
                    if visit(&row).is_break() {
                        return Ok(());
                    }
                }
                Word::End => {
                    self.running = Some((running, sheet + 1));
                    return Ok(());
                }
                Word::Failed(failure) => {
                    self.running = Some((running, sheet + 1));
                    return Err(failure.unreadable().with("sheet", &name));
                }
                Word::Opened(_) => return Err(Unreadable::of("reader_failed").with("end", "order")),
            }
        }
    }

    fn picture(&mut self, name: &str) -> Result<Vec<u8>, Unreadable> {
        Err(Unreadable::of("no_picture").with("part", name))
    }
}

/// A child at work. It is ended when it is no longer wanted.
struct Running {
    child: Child,
    words: BufReader<Patient>,
}

impl Running {
    /// What it says next; how it ended, when it says no more.
    fn next(&mut self) -> Result<Word<Row>, Unreadable> {
        let error = match receive(&mut self.words) {
            Ok(Some(word)) => return Ok(word),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if error.is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return Err(self.slow());
        }
        self.stop();
        match self.child.wait() {
            Ok(end) if end.signal() == Some(rustix::process::Signal::XCPU.as_raw()) => Err(self.slow()),
            Ok(end) => Err(Unreadable::of("reader_failed").with("end", end)),
            Err(error) => Err(Unreadable::of("reader_failed").with("end", error)),
        }
    }

    fn slow(&self) -> Unreadable {
        let patience = self.words.get_ref().patience;
        Unreadable::of("reader_slow").with("limit", patience.as_secs())
    }

    /// Ends it, unless it is about to end by itself: how it ended is worth telling.
    fn stop(&mut self) {
        for _ in 0..50 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        drop(self.child.kill());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The child's output, with a limit to the time for which it may be silent.
struct Patient {
    output: ChildStdout,
    patience: Duration,
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wait = Timespec::try_from(self.patience).map_err(io::Error::other)?;
        let ready = rustix::io::retry_on_intr(|| {
            let mut one = [PollFd::new(&self.output, PollFlags::IN)];
            poll(&mut one, Some(&wait))
        })?;
        if ready == 0 {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.output.read(buffer)
    }
}
