//! Every case of `tests/cases` has the diagnosis that it calls for.

mod cases;

#[test]
fn every_case_has_its_root_cause_and_no_other_failure() {
    let cases = cases::all().unwrap();
    assert!(cases.len() > 40, "only {} cases", cases.len());
    let wrong = cases.iter().filter(|case| !case.is_right());
    let wrong: Vec<String> =
        wrong.map(|case| format!("{}: expected {:?}, got {:?}\n", case.name, case.expected.failures, case.roots())).collect();
    let near = cases.iter().filter(|case| case.is_nearly_right()).count();
    assert!(wrong.is_empty(), "{} of {} are wrong, {near} have it among the first three:\n{}", wrong.len(), cases.len(), wrong.concat());
    let families: std::collections::HashSet<&str> = cases.iter().map(cases::Case::family).collect();
    assert!(families.contains("healthy"), "{families:?}");
    assert!(cases.iter().filter(|case| case.is_healthy()).count() > 10);
}
