//! Rounds in turn, and their medians.

use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 101;

/// Nanoseconds per operation of each contender, `count` operations a call: the median of rounds in
/// which all of them take turns.
pub fn medians(count: usize, contenders: &mut [&mut dyn FnMut() -> usize]) -> Vec<f64> {
    let mut rounds = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for _ in 0..ROUNDS {
        for (contender, times) in contenders.iter_mut().zip(&mut rounds) {
            let begun = Instant::now();
            black_box(contender());
            times.push(begun.elapsed().as_nanos() as f64 / count as f64);
        }
    }
    rounds.into_iter().map(median).collect()
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub fn heading(title: &str, peer: &str) {
    println!("\n{title}\n\n| | Why401 | {peer} | ratio | at least |\n|---|---:|---:|---:|---:|");
}

/// One line; `demand` is how many times as fast as the peer we want to be.
pub fn row(what: &str, ours: f64, theirs: f64, demand: f64) {
    let ratio = theirs / ours;
    let mark = if ratio >= demand { "" } else { " **missed**" };
    println!("| {what} | {ours:.0} ns | {theirs:.0} ns | {ratio:.1} | {demand}{mark} |");
}
