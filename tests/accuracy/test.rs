//! Every case of `tests/cases` has the diagnosis that it calls for.

mod cases;
#[expect(dead_code, reason = "grades are asked for where sessions are changed")]
mod outcome;

use std::collections::HashSet;

use outcome::Outcome;

#[test]
fn every_case_has_its_root_cause_and_no_other_failure() {
    let cases = cases::all().unwrap();
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| !case.expected.known_to_fail) {
        let outcome = Outcome::of(&case.profile, case.exchanges.clone(), false);
        if !outcome.is_right(&case.expected) {
            wrong.push(format!("{}: expected {:?}, got {:?}\n", case.name, case.expected.failures, outcome.roots()));
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), cases.len(), wrong.concat());
    let families: HashSet<&str> = cases.iter().map(cases::Case::family).collect();
    assert!(families.contains("healthy"), "{families:?}");
    assert!(cases.iter().filter(|case| case.is_healthy()).count() > 10);
}
