//! Circles become one round with a count: twenty equal hops say no more than two.

use super::{Step, StepState};

/// Steps of the longest circle that is folded.
const LONGEST: usize = 6;

/// Folds what repeats itself in a row.
pub fn circles(steps: Vec<Step>) -> Vec<Step> {
    let mut folded: Vec<Step> = Vec::new();
    let mut rest = steps.as_slice();
    while let Some(first) = rest.first() {
        let round = (1..=LONGEST).map(|length| (length, rounds(rest, length))).find(|(_, rounds)| *rounds > 1);
        let (length, times) = round.unwrap_or((1, 1));
        let kept = rest.get(..length).unwrap_or(std::slice::from_ref(first));
        folded.extend(kept.iter().map(|step| Step { times, ..step.clone() }));
        rest = rest.get(length * times as usize..).unwrap_or_default();
    }
    folded
}

/// How often the first `length` steps come in a row.
fn rounds(steps: &[Step], length: usize) -> u32 {
    let mut chunks = steps.chunks_exact(length);
    let Some(first) = chunks.next() else { return 1 };
    let is_same = |other: &&[Step]| first.iter().zip(other.iter()).all(|(one, other)| is_again(one, other));
    1 + u32::try_from(chunks.take_while(is_same).count()).unwrap_or(0)
}

fn is_again(one: &Step, other: &Step) -> bool {
    let is_plain = |step: &Step| matches!(step.state, StepState::Plain | StepState::Consequence);
    one.lane == other.lane
        && one.method == other.method
        && one.path == other.path
        && one.status == other.status
        && one.error == other.error
        && (one.state == other.state || one.state == StepState::Broken && is_plain(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(exchange: u32, path: &str) -> Step {
        Step {
            exchange,
            lane: 1,
            method: "GET".into(),
            path: path.into(),
            status: 302,
            error: None,
            started: 0,
            sent: Vec::new(),
            received: Vec::new(),
            state: StepState::Plain,
            times: 1,
            says: String::new(),
        }
    }

    fn told(paths: &[&str]) -> Vec<(String, u32)> {
        circles(paths.iter().zip(0..).map(|(path, number)| step(number, path)).collect())
            .into_iter()
            .map(|step| (step.path, step.times))
            .collect()
    }

    #[test]
    fn a_circle_is_told_once_with_its_count() {
        assert_eq!(
            told(&["/", "/a", "/login", "/a", "/login", "/a", "/login", "/end"]),
            [("/".into(), 1), ("/a".into(), 3), ("/login".into(), 3), ("/end".into(), 1)]
        );
        assert_eq!(told(&["/x", "/x", "/x"]), [("/x".into(), 3)]);
    }

    #[test]
    fn what_only_looks_alike_stays_apart() {
        assert_eq!(told(&["/a", "/b", "/a"]), [("/a".into(), 1), ("/b".into(), 1), ("/a".into(), 1)]);
        let mut other = step(1, "/a");
        other.status = 200;
        assert_eq!(circles(vec![step(0, "/a"), other]).len(), 2);
    }
}
