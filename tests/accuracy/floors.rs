//! The least that must be kept: `floors.tsv`, which only ever rises.

use std::error::Error;

use crate::measure::{Measure, percent};

const FLOORS: &str = include_str!("floors.tsv");

/// The floors that are not reached.
///
/// # Errors
/// A line of the file that is none.
pub fn broken(measure: &Measure) -> Result<Vec<String>, Box<dyn Error>> {
    let mut broken = Vec::new();
    for line in FLOORS.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split('\t');
        let (Some(kind), Some(name), Some(bound)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(format!("floors.tsv has a line that is none: {line}").into());
        };
        let bound: f64 = bound.parse()?;
        let reached = match kind {
            "kept" => measure.total(name).percent(),
            "not wrong" => 100.0 - measure.total(name).percent_wrong(),
            "sure" => measure
                .calibration
                .iter()
                .find(|(certainty, _)| certainty.name() == name)
                .map_or(0.0, |(_, (all, right))| percent(*right, *all)),
            _ => return Err(format!("floors.tsv has a line of no known kind: {line}").into()),
        };
        if reached < bound {
            broken.push(format!("{kind} {name}: {reached:.1} %, of at least {bound} %"));
        }
    }
    Ok(broken)
}
