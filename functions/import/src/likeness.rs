//! How alike two descriptions are, by the pairs of neighbouring characters that they share; remembered in a few bytes.

/// How many of a text's pairs are remembered.
const KEPT: usize = 16;
/// Texts shorter than this say too little to be compared loosely.
const SHORTEST: usize = 12;

/// A text by the least of the hashes of its pairs: two texts share about as many of these as of all their pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    least: [u32; KEPT],
    /// Hash of the whole text without blanks and signs.
    whole: u64,
    long: bool,
}

impl Sketch {
    /// Of a text. Blanks, signs and case make no difference.
    pub fn of(text: &str) -> Self {
        let mut least = [u32::MAX; KEPT];
        let mut whole = 0xcbf2_9ce4_8422_2325_u64;
        let mut before: Option<char> = None;
        let mut length = 0;
        for letter in text
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .take(8_000)
        {
            whole = (whole ^ u64::from(u32::from(letter))).wrapping_mul(0x0100_0000_01b3);
            length += 1;
            if let Some(before) = before {
                let pair = (u64::from(u32::from(before)) << 32) | u64::from(u32::from(letter));
                let mixed = (pair ^ (pair >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0x94d0_49bb_1331_11eb);
                insert(&mut least, u32::try_from(mixed >> 32).unwrap_or(0));
            }
            before = Some(letter);
        }
        Self {
            least,
            whole,
            long: length >= SHORTEST,
        }
    }

    /// Whether two texts say the same or much the same.
    pub fn much_the_same(&self, other: &Self) -> bool {
        if self.whole == other.whole {
            return true;
        }
        if !(self.long && other.long) {
            return false;
        }
        // Of the least of both together, the share that stands in both: two texts that share four pairs of five of their
        // pairs (Dice) share two of three of all.
        let mut all: Vec<u32> = self
            .least
            .iter()
            .chain(&other.least)
            .copied()
            .filter(|one| *one != u32::MAX)
            .collect();
        all.sort_unstable();
        all.dedup();
        all.truncate(KEPT);
        let both = all
            .iter()
            .filter(|one| self.least.contains(one) && other.least.contains(one))
            .count();
        both * 3 >= all.len() * 2
    }
}

fn insert(least: &mut [u32; KEPT], one: u32) {
    let place = least.partition_point(|kept| *kept < one);
    if least.get(place) == Some(&one) {
        return;
    }
    if let Some(tail) = least.get_mut(place..).filter(|tail| !tail.is_empty()) {
        tail.rotate_right(1);
        if let Some(first) = tail.first_mut() {
            *first = one;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_more_is_much_the_same_and_another_matter_is_not() {
        let one = Sketch::of("你们的电饭煲第二天就不通电了，请给我退货，谢谢。");
        let more = Sketch::of("你们的电饭煲第二天就不通电了！请给我尽快退货，谢谢");
        let other = Sketch::of("你们的洗衣机漏水了，地板全泡坏了，怎么赔偿？请回电。");
        assert!(one.much_the_same(&more));
        assert!(!one.much_the_same(&other));
        assert!(Sketch::of("坏了").much_the_same(&Sketch::of(" 坏 了。")));
        assert!(!Sketch::of("坏了").much_the_same(&Sketch::of("坏掉了")));
    }
}
