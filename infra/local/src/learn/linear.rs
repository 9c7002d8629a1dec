//! Logistic regression by stochastic gradients, each weight with a pace of its own (AdaGrad).

/// A text as a sparse row: place and value.
pub type Row = Vec<(usize, f32)>;

/// Passes over all texts: yes or no, and one of several.
const PASSES: (usize, usize) = (25, 60);
/// Pace of learning.
const PACE: (f32, f32) = (0.5, 0.2);
/// How strongly weights are drawn to zero, against learning texts by heart.
const DRAW: (f32, f32) = (1e-4, 2e-3);

/// The sum of a row under weights.
pub fn dot(row: &Row, weights: &[f32]) -> f32 {
    row.iter().map(|(at, value)| weights[*at] * value).sum()
}

/// One yes or no question for each column of `wanted`: weights and bias of each.
pub fn fit_each(rows: &[Row], wanted: &[Vec<bool>], size: usize) -> (Vec<Vec<f32>>, Vec<f32>) {
    let questions = wanted.first().map_or(0, Vec::len);
    let fit = |question: usize| {
        let mut weights = vec![0.0_f32; size];
        let mut seen = vec![1e-6_f32; size];
        let (mut bias, mut bias_seen) = (0.0_f32, 1e-6_f32);
        for pass in 0..PASSES.0 {
            for at in order(rows.len(), pass) {
                let probable = 1.0 / (1.0 + (-(dot(&rows[at], &weights) + bias)).exp());
                let error = probable - f32::from(u8::from(wanted[at][question]));
                for (place, value) in &rows[at] {
                    step(&mut weights[*place], &mut seen[*place], error * value, PACE.0, DRAW.0);
                }
                step(&mut bias, &mut bias_seen, error, PACE.0, 0.0);
            }
        }
        (weights, bias)
    };
    (0..questions).map(fit).unzip()
}

/// One question with several answers: weights and bias of each answer.
pub fn fit_one_of(rows: &[Row], wanted: &[usize], size: usize, answers: usize) -> (Vec<Vec<f32>>, Vec<f32>) {
    let mut weights = vec![vec![0.0_f32; size]; answers];
    let mut seen = vec![vec![1e-6_f32; size]; answers];
    let (mut bias, mut bias_seen) = (vec![0.0_f32; answers], vec![1e-6_f32; answers]);
    for pass in 0..PASSES.1 {
        for at in order(rows.len(), pass) {
            let sums: Vec<f32> = (0..answers)
                .map(|answer| dot(&rows[at], &weights[answer]) + bias[answer])
                .collect();
            let most = sums.iter().copied().fold(f32::MIN, f32::max);
            let total: f32 = sums.iter().map(|sum| (sum - most).exp()).sum();
            for answer in 0..answers {
                let error = (sums[answer] - most).exp() / total - f32::from(u8::from(wanted[at] == answer));
                for (place, value) in &rows[at] {
                    step(
                        &mut weights[answer][*place],
                        &mut seen[answer][*place],
                        error * value,
                        PACE.1,
                        DRAW.1,
                    );
                }
                step(&mut bias[answer], &mut bias_seen[answer], error, PACE.1, 0.0);
            }
        }
    }
    (weights, bias)
}

fn step(weight: &mut f32, seen: &mut f32, slope: f32, pace: f32, draw: f32) {
    let slope = slope + draw * *weight;
    *seen += slope * slope;
    *weight -= pace * slope / seen.sqrt();
}

/// All places once, in an order that depends on the pass alone.
fn order(count: usize, pass: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ (pass as u64 + 1);
    for at in (1..count).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        places.swap(at, (state >> 33) as usize % (at + 1));
    }
    places
}
