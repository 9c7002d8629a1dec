//! Numbers and texts in little-endian bytes, as the binary workbooks keep them. What lies beyond the end is none.

/// One byte.
pub fn byte(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

/// Two bytes.
pub fn two(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// Four bytes.
pub fn four(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A number of eight bytes.
pub fn real(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

/// A number packed into four bytes: an integer or the upper half of a double, possibly in hundredths.
pub fn packed(bytes: &[u8], at: usize) -> Option<f64> {
    let raw = four(bytes, at)?;
    let number = if raw & 2 == 0 {
        f64::from_bits(u64::from(raw & !3) << 32)
    } else {
        f64::from(raw.cast_signed() >> 2)
    };
    Some(if raw & 1 == 0 { number } else { number / 100.0 })
}

/// Appends `count` units of UTF-16; halves of pairs become U+FFFD. False when they are not all there.
pub fn push_wide(bytes: &[u8], at: usize, count: usize, text: &mut String) -> bool {
    let end = count.checked_mul(2).and_then(|length| at.checked_add(length));
    let Some(units) = end.and_then(|end| bytes.get(at..end)) else {
        return false;
    };
    let units = units.chunks_exact(2).filter_map(|pair| two(pair, 0));
    text.extend(char::decode_utf16(units).map(|character| character.unwrap_or('\u{FFFD}')));
    true
}

/// What the program shows for the number of an error.
pub fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2B => "#GETTING_DATA",
        _ => "#N/A",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_are_whole_or_halves_of_doubles_or_hundredths() {
        for (raw, number) in [
            (0x3FF0_0000_u32, 1.0),
            (0x3FF0_0001, 0.01),
            ((123 << 2) | 2, 123.0),
            ((123 << 2) | 3, 1.23),
        ] {
            assert_eq!(packed(&raw.to_le_bytes(), 0), Some(number));
        }
        assert_eq!(packed(&((-5_i32 << 2) | 2).to_le_bytes(), 0), Some(-5.0));
        assert_eq!(packed(&[0; 3], 0), None);
        assert_eq!(four(&[0; 8], usize::MAX), None);
    }

    #[test]
    fn wide_texts_end_where_the_bytes_end() {
        let mut text = String::new();
        assert!(push_wide(&[0xA2, 0x5B, 0x37, 0x62], 0, 2, &mut text));
        assert_eq!(text, "客户");
        assert!(!push_wide(&[0xA2, 0x5B], 0, 2, &mut text));
        assert!(!push_wide(&[0xA2, 0x5B], 0, usize::MAX, &mut text));
    }
}
