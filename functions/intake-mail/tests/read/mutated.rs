//! Mails changed at random: whatever comes out of it is read or refused, and nothing panics.

use crate::support::{checked, crate_mails, fetched_mails, mails_in, samples};
use std::time::{Duration, Instant};

/// A generator that gives the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % sides.max(1)
    }
}

/// Pieces on which parsers of mail decide something.
const PIECES: [&[u8]; 48] = [
    b"\n",
    b"\r\n",
    b"\r",
    b"\n\n",
    b"\n ",
    b"\0",
    b"--",
    b"\n--b\n",
    b"=?",
    b"?=",
    b"=?gb2312?B?",
    b"=?utf-8?Q?=",
    b"=\n",
    b"=\r\n--",
    b"=E5",
    b":",
    b";",
    b"\"",
    b"\\",
    b"<",
    b">",
    b"(",
    b")",
    b",",
    b"@",
    b"'",
    b"*0*=",
    b"*1=",
    b"boundary=",
    b"Content-Type: multipart/mixed; boundary=b\n",
    b"Content-Type: multipart/alternative; boundary=\"\"\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Type: text/html; charset=gbk\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: quoted-printable\n",
    b"charset=utf-16",
    b"charset=iso-2022-cn",
    b"charset=hz",
    b"format=flowed; delsp=yes",
    b"\x1b$)A\x0e",
    b"~{",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"<blockquote>",
    b"<div style=\"display:none\">",
    b"[kesu:",
    b"\xbf\xcd\xcb\xdf",
];

fn mutate(mail: &mut Vec<u8>, others: &[Vec<u8>], dice: &mut Dice) {
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(mail.len() + 1);
        let end = (at + dice.roll(64)).min(mail.len());
        match dice.roll(8) {
            0 => {
                if let Some(byte) = mail.get_mut(at) {
                    *byte ^= 1 << dice.roll(8);
                }
            }
            1 => drop(mail.drain(at..end)),
            2 => drop(mail.splice(at..at, PIECES[dice.roll(PIECES.len())].iter().copied())),
            3 => drop(mail.splice(at..end, PIECES[dice.roll(PIECES.len())].iter().copied())),
            4 => {
                let copy = mail[at..end].to_vec();
                let to = dice.roll(mail.len() + 1);
                mail.splice(to..to, copy);
            }
            5 => {
                let other = &others[dice.roll(others.len())];
                let from = dice.roll(other.len() + 1);
                let to = (from + dice.roll(2000)).min(other.len());
                mail.splice(at..at, other[from..to].iter().copied());
            }
            6 if dice.roll(4) == 0 => mail.truncate(at),
            _ => drop(
                mail.splice(
                    at..at,
                    (0..dice.roll(8))
                        .map(|_| u8::try_from(dice.roll(256)).unwrap())
                        .collect::<Vec<u8>>(),
                ),
            ),
        }
    }
}

fn run(count: usize, seed: u64) {
    let paths = mails_in(&samples())
        .into_iter()
        .chain(crate_mails())
        .chain(fetched_mails());
    let mails: Vec<Vec<u8>> = paths
        .map(|path| std::fs::read(path).unwrap())
        .map(|mut mail| {
            mail.truncate(16 * 1024);
            mail
        })
        .collect();
    let (mut read, mut refused, mut slowest) = (0, 0, Duration::ZERO);
    for number in 0..count {
        // Each number has its own dice: a failure names the one mail that it takes to see it again.
        let mut dice = Dice((seed + u64::try_from(number).unwrap()).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut mail = mails[dice.roll(mails.len())].clone();
        mutate(&mut mail, &mails, &mut dice);
        let start = Instant::now();
        let result = std::panic::catch_unwind(|| checked(&mail))
            .unwrap_or_else(|_| panic!("mail {number} of seed {seed}: {:?}", String::from_utf8_lossy(&mail)));
        slowest = slowest.max(start.elapsed());
        match result {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
    }
    println!(
        "{count} mutated mails from {}: {read} read, {refused} refused with a reason, slowest {slowest:?}",
        mails.len()
    );
    assert!(read > count / 2, "the mutations leave nothing to read");
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}

#[test]
fn twenty_thousand_mutated_mails_break_nothing() {
    run(20_000, 1);
}

/// `make fuzz`.
#[test]
#[ignore = "takes minutes"]
fn a_million_mutated_mails_break_nothing() {
    std::thread::scope(|scope| {
        for part in 0..2 {
            scope.spawn(move || run(500_000, 1_000_000 + part * 500_000));
        }
    });
}
