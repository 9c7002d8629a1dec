//! An SMTP server of a few lines that misbehaves as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What happens to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Takes the letter.
    Take,
    /// Hangs up at once.
    HangUp,
    /// Greets with 421.
    Busy,
    /// Says 451 to the recipient.
    Later,
    /// Says 550 5.1.1 to the recipient.
    NoSuchUser,
    /// Says 554 to the letter's text.
    Unwanted,
    /// Says 535 or 550 to the sender: not the letter's fault.
    WhoAreYou,
    /// Goes away in the middle of the text: it has nothing.
    DropMidway,
    /// Takes the letter and never says so.
    TakeSilently,
    /// Takes the letter and hangs up before it says so.
    TakeAndHangUp,
}

#[derive(Default)]
pub struct State {
    /// What comes next; [`Mood::Take`] when empty.
    pub moods: VecDeque<Mood>,
    /// Letters that were taken: recipient and text.
    pub taken: Vec<(String, String)>,
    /// How many connections there were.
    pub connections: usize,
    /// How many were open at the same time, at most.
    pub most: usize,
    open: usize,
    /// How long a letter takes.
    pub pause: Duration,
}

#[derive(Clone)]
pub struct Server {
    pub state: Arc<Mutex<State>>,
    pub url: String,
}

impl Server {
    pub async fn start(moods: &[Mood]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            moods: moods.iter().copied().collect(),
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move {
                    let mood = {
                        let mut state = state.lock().unwrap();
                        state.connections += 1;
                        state.open += 1;
                        state.most = state.most.max(state.open);
                        state.moods.pop_front().unwrap_or(Mood::Take)
                    };
                    // A client that goes away is no fault of the server's.
                    let _ = talk(stream, mood, &state).await;
                    state.lock().unwrap().open -= 1;
                });
            }
        });
        Self { state, url }
    }

    pub fn taken(&self) -> Vec<(String, String)> {
        self.state.lock().unwrap().taken.clone()
    }
}

async fn talk(stream: TcpStream, mood: Mood, state: &Mutex<State>) -> std::io::Result<()> {
    if mood == Mood::HangUp {
        return Ok(());
    }
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let greeting: &[u8] = if mood == Mood::Busy {
        b"421 busy\r\n"
    } else {
        b"220 here\r\n"
    };
    write.write_all(greeting).await?;
    let (mut to, mut text, mut in_data) = (String::new(), String::new(), false);
    while let Some(line) = lines.next_line().await? {
        if in_data && line != "." {
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
            text.push_str("\r\n");
            if mood == Mood::DropMidway && text.len() > 400 {
                return Ok(());
            }
            continue;
        }
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "." => {
                in_data = false;
                let pause = state.lock().unwrap().pause;
                tokio::time::sleep(pause).await;
                if mood == Mood::Unwanted {
                    "554 5.6.0 not that"
                } else {
                    state
                        .lock()
                        .unwrap()
                        .taken
                        .push((to.clone(), std::mem::take(&mut text)));
                    match mood {
                        Mood::TakeSilently => {
                            tokio::time::sleep(Duration::from_secs(2)).await;
                            return Ok(());
                        }
                        Mood::TakeAndHangUp => return Ok(()),
                        _ => "250 taken",
                    }
                }
            }
            "MAIL" if mood == Mood::WhoAreYou => "550 5.7.1 who are you",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                match mood {
                    Mood::Later => "451 4.7.1 later",
                    Mood::NoSuchUser => "550 5.1.1 no such user",
                    _ => "250 ok",
                }
            }
            "DATA" => {
                in_data = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        if line == "QUIT" {
            break;
        }
    }
    Ok(())
}
