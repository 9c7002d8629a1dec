//! How much a text is like the labelled samples: a second reader beside the rules, for what no word list foresaw.
//!
//! Linear, and learned from `samples/classification` by `kesu classify --learn`. Each piece of a text (its characters and words in
//! ones, twos and threes, and the cues of the word lists that stand in it) has something of a few shades of meaning. All
//! procedures share them, because customers of all trades complain alike; nobody named them, they are what tells classes apart.
//! Each procedure weighs the shades and what the rules found. It proposes; `second.rs` says when it may be followed.

mod second;

use kesu_words::grams::{Piece, grams};
use kesu_words::{Row, Sums, Weights};
pub use second::{LIKENESS, SAMPLES};

use super::decide::Reading;
use super::fire::counts;
use super::model::Verdict;

/// How much of each shade a text has, and which of its pieces are known.
fn hear<'a>(model: &'a Weights, reading: &Reading<'_>) -> Heard<'a> {
    let mut known: Vec<(usize, Known<'a>)> = Vec::with_capacity(reading.folded.chars.len());
    let mut words = false;
    let mut walk = model.walk();
    pieces(reading, |piece| {
        if piece.known == 0 {
            walk = model.walk();
        }
        walk.on(piece.text.get(piece.known..).unwrap_or_default());
        let place = walk.number();
        if let Some((place, row)) = place.and_then(|place| Some((place, model.row(place)?))) {
            words = words || piece.text.contains(char::is_alphanumeric);
            let (from, to) = (piece.from, piece.to);
            known.push((place, Known { row, from, to }));
        }
    });
    // Each counts once, where it stands first.
    known.sort_by_key(|(place, _)| *place);
    known.dedup_by_key(|(place, _)| *place);
    let mut sums = Sums::of(model.shades);
    known.iter().for_each(|(_, one)| sums.add(one.row));
    // Long texts are no louder than short ones.
    let share = model.scale / (known.len().max(1) as f32).sqrt();
    let sums = sums.shades().take(model.shades).map(|sum| sum as f32 * share).collect();
    let known = known.into_iter().map(|(_, one)| one).collect();
    Heard { sums, known, words }
}

/// Calls `each` with every piece of a text that is compared: the pieces of its writing, and the cues in it, told apart by whether
/// they are meant (`<cue>`) or denied, supposed or only asked (`<-cue>`).
pub(super) fn pieces(reading: &Reading<'_>, mut each: impl FnMut(Piece<'_>)) {
    grams(&reading.folded.chars, &mut each);
    for (found, sense) in reading.finds.cues.iter().zip(&reading.senses) {
        if let Some(cue) = reading.cue(found) {
            let meant = if counts(cue, sense).is_ok() { "" } else { "-" };
            each(Piece {
                text: &format!("<{meant}{}>", cue.id),
                known: 0,
                from: found.start,
                to: found.end,
            });
        }
    }
}

/// What was heard in a text.
struct Heard<'a> {
    sums: Vec<f32>,
    /// The pieces that are known, in their order, not in the text's: sums come out the same whatever the text.
    known: Vec<Known<'a>>,
    /// Whether anything but signs was known.
    words: bool,
}

/// A piece of a text that is known, and where it stands first.
struct Known<'a> {
    row: Row<'a>,
    from: usize,
    to: usize,
}

/// What the rules found, as heads weigh it: class, axes, rules that spoke, and how sure they were.
pub fn facts(verdict: &Verdict) -> Vec<(String, f32)> {
    let mut facts = vec![
        (format!("class {}", verdict.class), 0.5),
        ("sure".to_owned(), verdict.confidence as f32 * 0.5),
        ("review".to_owned(), if verdict.needs_review { 0.5 } else { 0.0 }),
    ];
    if let Some(department) = &verdict.department {
        facts.push((format!("to {department}"), 0.5));
    }
    facts.extend(
        verdict
            .axes
            .iter()
            .map(|(axis, value)| (format!("{axis}={value}"), 0.5)),
    );
    let mut spoke: Vec<String> = verdict
        .because
        .iter()
        .map(|one| format!("{} {}>{}", one.rule, one.axis, one.value))
        .collect();
    spoke.sort_unstable();
    spoke.dedup();
    facts.extend(spoke.into_iter().map(|one| (one, 0.5)));
    facts
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_weights_that_ship_know_every_procedure() {
        let read = crate::shipped::weights();
        assert!(read.shades > 20);
        for id in crate::procedure::load::Source::shipped_ids() {
            let heads = read.heads(&id).unwrap_or_else(|| panic!("nothing was learned of {id}"));
            for head in [&heads.class, &heads.department] {
                assert!(!head.labels.is_empty(), "{id}");
                assert_eq!(head.shades.len(), read.shades, "{id}");
                let mut rows = head.shades.iter().chain(head.facts.values());
                assert!(rows.all(|row| row.len() == head.labels.len()), "{id}");
            }
        }
    }
}
