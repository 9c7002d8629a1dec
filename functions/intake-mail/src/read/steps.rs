//! Decoding of long texts in steps, which bounds the memory it takes, and of charsets that have more than a byte to a unit.

use super::clean;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// Bytes that are decoded at a time: the decoders ask for nine times as much room, to be safe.
const STEP: usize = 16 * 1024;

/// The bytes as text of this charset.
pub(super) fn text(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(bytes.len());
    let mut step = String::new();
    let mut rest = bytes;
    loop {
        let (now, later) = rest.split_at_checked(STEP).unwrap_or((rest, &[]));
        step.clear();
        step.reserve(decoder.max_utf8_buffer_length(now.len()).unwrap_or_default());
        let _ = decoder.decode_to_string(now, &mut step, later.is_empty());
        out.push_str(&step);
        if later.is_empty() {
            return out;
        }
        rest = later;
    }
}

/// Whether all the bytes are characters of this charset.
pub(super) fn fits(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut step = String::new();
    let mut rest = bytes;
    loop {
        let (now, later) = rest.split_at_checked(STEP).unwrap_or((rest, &[]));
        step.clear();
        step.reserve(
            decoder
                .max_utf8_buffer_length_without_replacement(now.len())
                .unwrap_or_default(),
        );
        let (result, _) = decoder.decode_to_string_without_replacement(now, &mut step, later.is_empty());
        if result != encoding_rs::DecoderResult::InputEmpty {
            return false;
        }
        if later.is_empty() {
            return true;
        }
        rest = later;
    }
}

/// UTF-16 and UTF-32 without a mark: which half of a unit is zero, or else a Chinese one, tells the order.
pub(super) fn wide(bytes: &[u8], label: &str) -> Option<String> {
    // A longer text that reads as UTF-8 and has no zero is none of these, whatever its label says.
    if bytes.len() > 16 && !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let encoding = match label {
        "utf-16le" => UTF_16LE,
        "utf-16be" => UTF_16BE,
        "utf-16" | "ucs-2" | "iso-10646-ucs-2" | "unicode" => {
            let first = |byte: u8| byte == 0 || (0x4e..=0x9f).contains(&byte);
            let count = |at: usize| {
                clean::start(bytes, 4096)
                    .iter()
                    .skip(at)
                    .step_by(2)
                    .filter(|byte| first(**byte))
                    .count()
            };
            if count(1) > count(0) { UTF_16LE } else { UTF_16BE }
        }
        "utf-32" | "utf-32be" | "utf-32le" | "ucs-4" => {
            let little = label == "utf-32le" || bytes.starts_with(&[0xff, 0xfe, 0, 0]);
            let unit = |unit: &[u8]| {
                let four: [u8; 4] = unit.try_into().ok()?;
                char::from_u32(if little {
                    u32::from_le_bytes(four)
                } else {
                    u32::from_be_bytes(four)
                })
            };
            return Some(bytes.chunks(4).map(|four| unit(four).unwrap_or('\u{fffd}')).collect());
        }
        _ => return None,
    };
    Some(text(encoding, bytes))
}
