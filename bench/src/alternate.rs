//! Two pieces of work measured in turns, so that a busy machine disturbs both alike.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Samples of each side; their median counts.
const SAMPLES: usize = 21;
/// How long one sample should take.
const SAMPLE: Duration = Duration::from_millis(6);

/// Median nanoseconds per call of `ours` and of `baseline`.
pub fn alternate<A, B>(mut ours: impl FnMut() -> A, mut baseline: impl FnMut() -> B) -> (f64, f64) {
    let (many, many_baseline) = (enough(&mut ours), enough(&mut baseline));
    let mut samples = (Vec::new(), Vec::new());
    for _ in 0..SAMPLES {
        samples.0.push(per_call(&mut ours, many));
        samples.1.push(per_call(&mut baseline, many_baseline));
    }
    (median(&mut samples.0), median(&mut samples.1))
}

/// The middle value; 0 of nothing.
pub fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(0.0)
}

fn per_call<T>(work: &mut impl FnMut() -> T, calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(work());
    }
    start.elapsed().as_nanos() as f64 / f64::from(calls)
}

fn enough<T>(work: &mut impl FnMut() -> T) -> u32 {
    let once = per_call(work, 3).max(1.0);
    let calls = SAMPLE.as_nanos() as f64 / once;
    // A sample has at least one call; more than a million add nothing.
    calls.clamp(1.0, 1e6) as u32
}
