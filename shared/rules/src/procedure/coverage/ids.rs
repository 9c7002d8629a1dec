//! Reads the catalogue's ids out of a text: whole words such as `R19.14`, and ranges such as `D15–D17`.

use std::collections::BTreeSet;

/// The ids that a text cites.
pub fn cited(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut last: Option<(Id, usize)> = None;
    for (start, word) in words(text) {
        let Some(id) = Id::parse(word) else {
            last = None;
            continue;
        };
        if let Some((from, end)) = &last
            && text.get(*end..start).is_some_and(joins)
        {
            found.extend(from.upto(&id));
        }
        found.insert(id.to_string());
        last = Some((id, start + word.len()));
    }
    found
}

/// The id that a text is, without the letter that tells two halves of a row apart.
pub fn id(text: &str) -> Option<String> {
    Id::parse(text).map(|id| id.to_string())
}

/// What stands between the ends of a range.
fn joins(between: &str) -> bool {
    matches!(between.trim(), "-" | "–" | "—" | "~" | "\u{ff5e}" | "至" | "to")
}

/// Runs of Latin letters, digits and points, with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
    text.split(move |c| !part(c))
        .filter(|word| !word.is_empty())
        .map(move |word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            (start, word.trim_end_matches('.'))
        })
}

/// An id in its parts: kind, procedure where it has one, number with its width.
struct Id {
    kind: char,
    procedure: Option<String>,
    number: u32,
    width: usize,
}

impl Id {
    fn parse(word: &str) -> Option<Self> {
        let mut chars = word.chars();
        let kind = chars.next().filter(|kind| "RTICADKFNJXSG".contains(*kind))?;
        let rest = chars.as_str().trim_end_matches(|c: char| c.is_ascii_lowercase());
        if chars.as_str().len() > rest.len() + 1 {
            return None;
        }
        let (procedure, number) = match rest.split_once('.') {
            Some((procedure, number)) => (Some(procedure), number),
            None => (None, rest),
        };
        let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        let shape = match (kind, procedure) {
            ('R', Some(procedure)) => procedure.len() == 2 && number.len() == 2,
            ('T' | 'I' | 'C', Some(procedure)) => procedure.len() == 2,
            ('N' | 'C', None) => number.len() <= 2,
            ('A' | 'D' | 'K' | 'F' | 'J' | 'X' | 'S' | 'G', None) => number.len() == 2,
            _ => false,
        };
        let fits = shape && digits(number) && procedure.is_none_or(digits);
        fits.then(|| {
            Some(Self {
                kind,
                procedure: procedure.map(str::to_owned),
                number: number.parse().ok()?,
                width: if number.starts_with('0')
                    || matches!(kind, 'R')
                    || (procedure.is_none() && !matches!(kind, 'N' | 'C'))
                {
                    number.len()
                } else {
                    0
                },
            })
        })?
    }

    /// Everything between two ids of one kind and procedure.
    fn upto(&self, end: &Self) -> Vec<String> {
        let same = self.kind == end.kind && self.procedure == end.procedure && end.number >= self.number;
        let numbers = if same {
            self.number..=end.number
        } else {
            self.number..=self.number
        };
        let one = |number| Self {
            number,
            procedure: self.procedure.clone(),
            ..*self
        };
        numbers.take(200).map(|number| one(number).to_string()).collect()
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            kind,
            procedure,
            number,
            width,
        } = self;
        match procedure {
            Some(procedure) => write!(f, "{kind}{procedure}.{number:0width$}"),
            None => write!(f, "{kind}{number:0width$}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &[&str]) {
        let found: Vec<String> = cited(text).into_iter().collect();
        assert_eq!(found, wanted, "in `{text}`");
    }

    #[test]
    fn ids_are_whole_words() {
        check("P20 4.7 (R20.19), J06: 签收", &["J06", "R20.19"]);
        check("R19.220 or xR19.22 or R19.2, T-25, S0 132", &[]);
        check("G04:按日历日;J20。", &["G04", "J20"]);
        check("N1, C10, C19.1, A20.", &["A20", "C10", "C19.1", "N1"]);
    }

    #[test]
    fn ranges_name_everything_between() {
        check("R19.14-R19.17", &["R19.14", "R19.15", "R19.16", "R19.17"]);
        check("D15–D17", &["D15", "D16", "D17"]);
        check("T19.9 – T19.11", &["T19.10", "T19.11", "T19.9"]);
        check("R10.03–R10.05, R10.07", &["R10.03", "R10.04", "R10.05", "R10.07"]);
        check("A01-D03", &["A01", "D03"]);
    }

    #[test]
    fn half_of_a_row_is_the_row() {
        assert_eq!(id("I19.8b").as_deref(), Some("I19.8"));
        assert_eq!(id("case"), None);
    }
}
