//! What one more exchange costs, in a session that is already long.

use std::hint::black_box;
use std::time::Instant;

use why401::session::Session;
use why401::session::cookie_store::Profile;
use why401_tests::traffic::exchange;

use crate::table::median;

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];
/// Pushes that are timed together at each size.
const BLOCK: usize = 100;
const ROUNDS: usize = 5;
/// How much dearer the last size may be than the first.
const DEMAND: f64 = 1.5;

pub fn run() {
    let mut times = vec![Vec::new(); SIZES.len()];
    for _ in 0..ROUNDS {
        let mut session = Session::new(Profile::chrome());
        let mut pushed = 0;
        for (size, times) in SIZES.into_iter().zip(&mut times) {
            while pushed < size.saturating_sub(BLOCK * ROUNDS) {
                session.push(exchange(pushed));
                pushed += 1;
            }
            // Several blocks before each size: one of them may meet a table that grows.
            while pushed < size {
                let block: Vec<_> = (pushed..(pushed + BLOCK).min(size)).map(exchange).collect();
                let count = block.len();
                let begun = Instant::now();
                for exchange in block {
                    black_box(session.push(exchange));
                }
                times.push(begun.elapsed().as_nanos() as f64 / count as f64);
                pushed += count;
            }
        }
    }
    let medians: Vec<f64> = times.into_iter().map(median).collect();
    println!("\nOne more exchange\n\n| session | time |\n|---|---:|");
    for (size, time) in SIZES.iter().zip(&medians) {
        println!("| {size} exchanges | {time:.0} ns |");
    }
    let (first, last) = (medians[0], medians[SIZES.len() - 1]);
    let mark = if last <= first * DEMAND { "" } else { " **missed**" };
    println!("\nThe last is {:.2} times the first; at most {DEMAND}{mark}.", last / first);
}
