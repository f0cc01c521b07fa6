//! The native half: one more exchange with the diagnosis after it, a whole diagnosis from scratch, memory.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use peak_alloc::PeakAlloc;
use why401::diagnosis::{Input, Live};
use why401::exchange::Exchange;
use why401::redact::Redactor;
use why401::session::{Profile, Session};
use why401_tests::long::{Woven, poll, refused, without_times};

/// How long the sessions are, and of how many different ones of that length is told.
const SESSIONS: [(usize, usize); 3] = [(1_000, 10), (10_000, 3), (100_000, 1)];
/// The last exchanges of a session, each of which is timed.
const TIMED: usize = 250;
/// How much dearer an exchange may be in the longest session than in the shortest.
const DEMAND: f64 = 1.5;

/// What an exchange costs in sessions of one length, in microseconds and bytes.
struct Costs {
    median: f64,
    percentile_99: f64,
    whole: f64,
    memory: f64,
}

/// Measures and prints.
///
/// # Errors
/// Cases that cannot be read.
pub fn measure(allocated: &PeakAlloc) -> Result<(), Box<dyn Error>> {
    let woven = Woven::read()?;
    println!("| exchanges | one more, median | 99 % | whole, each | memory, each |\n|---:|---:|---:|---:|---:|");
    let mut costs = Vec::new();
    for (count, sessions) in SESSIONS {
        let of_one = |nth: usize| woven.part(count, nth, sessions);
        let cost = costs_of((0..sessions).map(of_one), allocated);
        let Costs { median, percentile_99, whole, memory } = cost;
        println!("| {count} | {median:.0} µs | {percentile_99:.0} µs | {whole:.0} µs | {:.1} kB |", memory / 1000.0);
        costs.push(cost);
    }
    if let [first, .., last] = &costs[..] {
        let ratio = last.whole / first.whole;
        let mark = if ratio <= DEMAND { "" } else { " **missed**" };
        println!("\nAn exchange of the longest costs {ratio:.2} times one of the shortest; at most {DEMAND}{mark}.");
    }
    println!("\nWhole diagnoses, each exchange:\n\n| | 5000 | 10000 | 20000 |\n|---|---:|---:|---:|");
    for (name, session) in others(&woven) {
        let each = [5_000, 10_000, 20_000].map(|count| format!("{:.0} µs", whole(&session(count))));
        println!("| {name} | {} |", each.join(" | "));
    }
    Ok(())
}

type Make<'w> = Box<dyn Fn(usize) -> Vec<Exchange> + 'w>;

/// Sessions in which something is the same throughout.
fn others(woven: &Woven) -> [(&'static str, Make<'_>); 5] {
    [
        ("nothing but refusals", Box::new(|count| refused(woven.session(count)))),
        ("a page that polls a dead session", Box::new(poll)),
        ("the same at one moment", Box::new(|count| without_times(poll(count)))),
        ("logins at one moment, answered later", Box::new(|count| without_times(woven.session(count)))),
        ("refusals at one moment", Box::new(|count| without_times(refused(woven.session(count))))),
    ]
}

fn costs_of(sessions: impl Iterator<Item = Vec<Exchange>>, allocated: &PeakAlloc) -> Costs {
    let (mut times, mut wholes, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for session in sessions {
        let count = session.len();
        wholes.push(whole(&session));
        let before = allocated.current_usage();
        let live = grown(session, &mut times);
        memory.push((allocated.current_usage() - before) as f64 / count as f64);
        drop(live);
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    times.sort_by(f64::total_cmp);
    let share = |share: usize| times[(times.len() - 1) * share / 100];
    Costs { median: share(50), percentile_99: share(99), whole: mean(&wholes), memory: mean(&memory) }
}

/// Microseconds that a diagnosis from scratch takes for each exchange.
fn whole(session: &[Exchange]) -> f64 {
    let exchanges = session.to_vec();
    let begun = Instant::now();
    let mut session = Session::new(Profile::chrome());
    session.extend(exchanges);
    black_box(session.diagnose(Input::default(), &mut Redactor::default()));
    begun.elapsed().as_secs_f64() * 1e6 / session.records().len() as f64
}

/// A session that somebody watched from its first exchange to its last; notes how long the last ones took.
fn grown(session: Vec<Exchange>, times: &mut Vec<f64>) -> (Live, Redactor) {
    let (mut live, mut redactor) = (Live::new(Profile::chrome()), Redactor::default());
    let first_timed = session.len() - TIMED;
    for (at, exchange) in session.into_iter().enumerate() {
        let begun = Instant::now();
        live.push(exchange);
        black_box(live.changes(&mut redactor));
        if at >= first_timed {
            times.push(begun.elapsed().as_secs_f64() * 1e6);
        }
    }
    (live, redactor)
}
