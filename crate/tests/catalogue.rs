//! The causes of this build held to the project's copy of the catalogue, `tests/vectors/catalogue.tsv`:
//! id, family and side of each. Reports, links and other people's tools go by these ids.

#![cfg(test)]

use std::fs;

use why401::causes;

#[test]
fn every_cause_of_the_catalogue_is_in_this_build() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/catalogue.tsv");
    let catalogue = fs::read_to_string(file).unwrap();
    assert!(catalogue.lines().count() > 100);
    for line in catalogue.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let cause = causes::catalogue::find(columns[0]).unwrap_or_else(|| panic!("{} is missing", columns[0]));
        assert_eq!([cause.meta().id, cause.meta().family, cause.meta().side.name()], columns[..], "{line}");
    }
}
