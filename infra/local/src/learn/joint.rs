//! One learner for all procedures: pieces of text get a few shades in common, and each procedure weighs shades and what the rules found.
//!
//! A softmax for each question, by stochastic gradients, each weight with a pace of its own (AdaGrad). What classes of different
//! procedures have in common (topics) is asked besides, so that procedures with few texts learn from the others.

/// A text as a sparse row: place and value.
pub type Row = Vec<(usize, f32)>;

/// Passes over all texts.
const PASSES: usize = 20;
/// Pace of learning.
const PACE: f32 = 0.05;
/// How strongly shades, and what is made of them and of facts, are drawn to zero, against learning texts by heart.
const DRAW: (f32, f32, f32) = (1e-4, 2e-4, 2e-3);
/// In each pass so many of a text's pieces are not heard, so that it is not known by one of them.
const MISSED: f32 = 0.4;
/// How loud a text's pieces are beside the facts.
pub const LOUD: f32 = 2.0;
/// What a department, and what a topic, weighs beside the class.
const BESIDE: (f32, f32) = (0.5, 0.3);
/// What has been seen of slopes before anything was: weights of shades and of facts.
const SEEN: (f32, f32) = (1e-2, 1e-3);

/// What is learned from one text.
pub struct Lesson {
    /// Its pieces.
    pub pieces: Row,
    /// What the rules found in it, by the places of its procedure.
    pub facts: Row,
    /// Its procedure.
    pub procedure: usize,
    /// The right class and department, by the places of its procedure.
    pub right: [usize; 2],
    /// What it is about.
    pub topics: Vec<bool>,
}

/// How much there is to learn of a procedure.
pub struct Size {
    /// Facts that were seen.
    pub facts: usize,
    /// Classes and departments.
    pub answers: [usize; 2],
}

/// What was learned.
pub struct Learned {
    /// How much of each shade a piece has, when it is heard by itself at a loudness of 1.
    pub shades: Vec<Vec<f32>>,
    /// By procedure, and by question (class, department).
    pub heads: Vec<[Head; 2]>,
    /// By topic.
    pub about: Head,
}

/// What was learned of one question: how much speaks for each of its answers.
pub struct Head {
    /// Before anything is read.
    pub bias: Vec<f32>,
    /// By answer: each shade.
    pub shades: Vec<Vec<f32>>,
    /// By answer: each fact.
    pub facts: Vec<Vec<f32>>,
}

/// Numbers that are learned, with what their slopes came to.
struct Paced {
    values: Vec<f32>,
    seen: Vec<f32>,
}

impl Paced {
    fn new(values: Vec<f32>, seen: f32) -> Self {
        let seen = vec![seen; values.len()];
        Self { values, seen }
    }

    fn none(count: usize, seen: f32) -> Self {
        Self::new(vec![0.0; count], seen)
    }

    fn step(&mut self, at: usize, slope: f32, draw: f32) {
        let slope = slope + draw * self.values[at];
        self.seen[at] += slope * slope;
        self.values[at] -= PACE * slope / self.seen[at].sqrt();
    }
}

/// One answer while it is learned.
struct Answer {
    bias: Paced,
    shades: Paced,
    facts: Paced,
}

impl Answer {
    fn sum(&self, heard: &[f32], facts: &Row) -> f32 {
        let facts: f32 = facts.iter().map(|(at, value)| self.facts.values[*at] * value).sum();
        self.bias.values[0] + product(&self.shades.values, heard) + facts
    }

    /// Learns from an error; what of it is due to the shades goes to `back`.
    fn mend(&mut self, error: f32, heard: &[f32], facts: &Row, back: &mut [f32]) {
        for (at, back) in back.iter_mut().enumerate() {
            *back += error * self.shades.values[at];
            self.shades.step(at, error * heard[at], DRAW.1);
        }
        for (at, value) in facts {
            self.facts.step(*at, error * value, DRAW.2);
        }
        self.bias.step(0, error, 0.0);
    }
}

/// Learns so many shades of so many pieces, with what each procedure makes of them; the same lessons give the same result.
pub fn learn(lessons: &[Lesson], pieces: usize, shades: usize, sizes: &[Size], topics: usize) -> Learned {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut known = Paced::new((0..pieces * shades).map(|_| chance.small()).collect(), SEEN.0);
    let mut answer = |facts: usize| Answer {
        bias: Paced::none(1, SEEN.1),
        shades: Paced::new((0..shades).map(|_| chance.small()).collect(), SEEN.0),
        facts: Paced::none(facts, SEEN.1),
    };
    let mut of = |count: usize, facts: usize| -> Vec<Answer> { (0..count).map(|_| answer(facts)).collect() };
    let mut heads: Vec<[Vec<Answer>; 2]> = sizes
        .iter()
        .map(|size| size.answers.map(|count| of(count, size.facts)))
        .collect();
    let mut about = of(topics, 0);
    // Each topic begins with a shade of its own.
    for (at, topic) in about.iter_mut().enumerate().take(shades) {
        topic.shades.values.fill(0.0);
        topic.shades.values[at] = 1.0;
    }
    let nothing = Row::new();
    for pass in 0..PASSES {
        for at in order(lessons.len(), pass) {
            let lesson = &lessons[at];
            let kept: Row = lesson.pieces.iter().copied().filter(|_| !chance.missed()).collect();
            let louder = LOUD / (1.0 - MISSED);
            let mut heard = vec![0.0; shades];
            for (piece, value) in &kept {
                add(
                    &mut heard,
                    &known.values[piece * shades..(piece + 1) * shades],
                    value * louder,
                );
            }
            let mut back = vec![0.0; shades];
            for (question, weight) in [1.0, BESIDE.0].into_iter().enumerate() {
                let answers = &mut heads[lesson.procedure][question];
                let sums: Vec<f32> = answers.iter().map(|one| one.sum(&heard, &lesson.facts)).collect();
                for (at, (answer, probable)) in answers.iter_mut().zip(shares(&sums)).enumerate() {
                    let error = weight * (probable - f32::from(u8::from(lesson.right[question] == at)));
                    answer.mend(error, &heard, &lesson.facts, &mut back);
                }
            }
            for (topic, is) in about.iter_mut().zip(&lesson.topics) {
                let probable = 1.0 / (1.0 + (-topic.sum(&heard, &nothing)).exp());
                let error = BESIDE.1 * (probable - f32::from(u8::from(*is)));
                topic.mend(error, &heard, &nothing, &mut back);
            }
            for (piece, value) in &kept {
                for (shade, back) in back.iter().enumerate() {
                    known.step(piece * shades + shade, back * value * louder, DRAW.0);
                }
            }
        }
    }
    Learned {
        shades: known.values.chunks(shades).map(|row| row.to_vec()).collect(),
        heads: heads.into_iter().map(|questions| questions.map(Head::of)).collect(),
        about: Head::of(about),
    }
}

impl Learned {
    /// Makes all shades equally strong among the pieces, and what is made of them stronger or weaker instead.
    pub fn level(&mut self, shades: usize) {
        for shade in 0..shades {
            let count = self.shades.len().max(1) as f32;
            let squares: f32 = self.shades.iter().map(|row| row[shade] * row[shade]).sum();
            let usual = (squares / count).sqrt().max(1e-6);
            for row in &mut self.shades {
                row[shade] /= usual;
            }
            let heads = self.heads.iter_mut().flatten().chain([&mut self.about]);
            let answers = heads.flat_map(|head| &mut head.shades);
            for answer in answers {
                answer[shade] *= usual;
            }
        }
    }
}

impl Head {
    fn of(answers: Vec<Answer>) -> Self {
        Self {
            bias: answers.iter().map(|one| one.bias.values[0]).collect(),
            facts: answers.iter().map(|one| one.facts.values.clone()).collect(),
            shades: answers.into_iter().map(|one| one.shades.values).collect(),
        }
    }
}

fn product(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn add(to: &mut [f32], row: &[f32], times: f32) {
    for (to, one) in to.iter_mut().zip(row) {
        *to += one * times;
    }
}

/// How probable each answer is.
fn shares(sums: &[f32]) -> Vec<f32> {
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    let shares: Vec<f32> = sums.iter().map(|sum| (sum - most).exp()).collect();
    let total: f32 = shares.iter().sum();
    shares.into_iter().map(|share| share / total).collect()
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// From 0 to 1.
    fn share(&mut self) -> f32 {
        self.next() as f32 / (1_u64 << 31) as f32
    }

    fn small(&mut self) -> f32 {
        (self.share() - 0.5) * 0.2
    }

    fn missed(&mut self) -> bool {
        self.share() < MISSED
    }
}

/// All places once, in an order that depends on the pass alone.
fn order(count: usize, pass: usize) -> Vec<usize> {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15 ^ (pass as u64 + 1));
    let mut places: Vec<usize> = (0..count).collect();
    for at in (1..count).rev() {
        places.swap(at, chance.next() as usize % (at + 1));
    }
    places
}
