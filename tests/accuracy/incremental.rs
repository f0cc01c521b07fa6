//! A diagnosis that is kept up to date is the one that is made anew, whatever arrives in which order.

use why401::diagnosis::{Change, Changes, Diagnosis, Input, Live};
use why401::exchange::Exchange;
use why401::redact::Redactor;
use why401::session::{Profile, Session};
use why401_tests::recorded;

/// A fixed sequence that looks like chance.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

fn cases() -> Vec<(Profile, Vec<Exchange>)> {
    let folders = recorded::folders().unwrap();
    folders.iter().map(|folder| recorded::session(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))).collect()
}

fn json(diagnosis: &Diagnosis) -> String {
    serde_json::to_string(diagnosis).unwrap()
}

fn anew(profile: &Profile, pushed: &[Exchange]) -> String {
    let mut session = Session::new(profile.clone());
    session.extend(pushed.iter().cloned());
    json(&session.diagnose(Input::default(), &mut Redactor::default()))
}

/// What somebody knows who only ever heard the changes.
#[derive(Default)]
struct Listener {
    failures: Vec<Change>,
    last: Option<Changes>,
}

impl Listener {
    fn hear(&mut self, mut changes: Changes) {
        self.failures.retain(|known| !changes.gone.contains(&known.key));
        for change in changes.failures.drain(..) {
            let known = self.failures.iter_mut().find(|known| known.key == change.key);
            match (known, change.failure) {
                (Some(known), None) => {
                    let failure = known.failure.as_mut().unwrap();
                    failure.exchanges.extend(change.exchanges);
                    failure.exchanges.sort_unstable();
                    failure.exchanges.dedup();
                    failure.recovered_by = change.recovered_by;
                    failure.handles = change.handles.unwrap_or_else(|| std::mem::take(&mut failure.handles));
                }
                (Some(known), whole) => *known = Change { failure: whole, ..change },
                (None, whole) => self.failures.push(Change { failure: Some(whole.expect("the first is whole")), ..change }),
            }
        }
        if let Some(last) = self.last.take() {
            changes.audit = changes.audit.or(last.audit);
            changes.checked = changes.checked.or(last.checked);
        }
        self.last = Some(changes);
    }

    /// Everything that was heard and everything that is so, without the numbers of masks: secrets are
    /// numbered in the order in which they are shown.
    fn compare(&mut self, diagnosis: &Diagnosis) -> [String; 2] {
        self.failures.sort_by_key(|failure| (failure.began, failure.key));
        let last = self.last.as_ref().unwrap();
        let mut heard: Vec<String> = self.failures.iter().map(|change| serde_json::to_string(&change.failure).unwrap()).collect();
        let mut is: Vec<String> = diagnosis.failures.iter().map(|failure| serde_json::to_string(failure).unwrap()).collect();
        // Of several that began at one moment any may come first.
        heard.sort();
        is.sort();
        let rest = [
            serde_json::to_string(&(last.verdict, last.audit.as_deref().unwrap_or_default(), &last.checked)).unwrap(),
            serde_json::to_string(&(diagnosis.verdict, &diagnosis.audit, &diagnosis.checked)).unwrap(),
        ];
        [heard, is]
            .into_iter()
            .zip(rest)
            .map(|(failures, rest)| without_numbers(&(failures.concat() + &rest)))
            .collect::<Vec<_>>()
            .try_into()
            .unwrap()
    }
}

fn without_numbers(text: &str) -> String {
    text.split('‹').map(|piece| piece.split_once('›').map_or(piece, |(_, rest)| rest)).collect::<Vec<_>>().join("‹›")
}

/// Pushes these one by one and holds what is known then against what is found anew.
fn follow(name: &str, profile: &Profile, exchanges: &[Exchange], every: usize) {
    let mut live = Live::new(profile.clone());
    let (mut listener, mut redactor) = (Listener::default(), Redactor::default());
    for (count, exchange) in exchanges.iter().enumerate() {
        live.push(exchange.clone());
        if count % every != 0 && count + 1 < exchanges.len() {
            continue;
        }
        listener.hear(live.changes(&mut redactor));
        let kept = live.diagnosis(Input::default(), &mut Redactor::default());
        assert_eq!(json(&kept), anew(profile, &exchanges[..=count]), "{name}: exchange {count}");
        let [heard, is] = listener.compare(&kept);
        assert_eq!(heard, is, "{name}: exchange {count}, told in pieces");
    }
}

#[test]
fn what_is_kept_is_what_is_found_anew_after_every_exchange_in_any_order() {
    let mut dice = Dice(401);
    for (nth, (profile, mut exchanges)) in cases().into_iter().enumerate() {
        exchanges.truncate(40);
        follow(&format!("case {nth}"), &profile, &exchanges, 1);
        for last in (1..exchanges.len()).rev() {
            exchanges.swap(last, dice.below(last + 1));
        }
        follow(&format!("case {nth}, shuffled"), &profile, &exchanges, 1);
    }
}

#[test]
fn what_is_kept_is_what_is_found_anew_where_several_logins_are_woven_into_one_session() {
    let cases = cases();
    let mut dice = Dice(403);
    for round in 0..60 {
        let mut lanes: Vec<Vec<Exchange>> =
            (0..3).map(|_| cases[dice.below(cases.len())].1.iter().take(30).rev().cloned().collect()).collect();
        let mut woven = Vec::new();
        while lanes.iter().any(|lane| !lane.is_empty()) {
            let lane = dice.below(lanes.len());
            woven.extend(lanes[lane].pop());
        }
        for (exchange, number) in woven.iter_mut().zip(0..) {
            exchange.number = number;
        }
        follow(&format!("round {round}"), &cases[dice.below(cases.len())].0, &woven, 1 + dice.below(4));
    }
}
