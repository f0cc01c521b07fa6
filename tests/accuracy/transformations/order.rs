//! The order in which exchanges arrive must not show in the diagnosis.

use why401::exchange::Exchange;

use crate::cases::Case;

/// Its name in reports and floors.
pub const NAME: &str = "order";

/// Sessions to be diagnosed alike, in pairs.
pub fn apply(case: &Case) -> Vec<[Vec<Exchange>; 2]> {
    let captured = case.exchanges.clone();
    let mut by_end = captured.clone();
    by_end.sort_by_key(Exchange::ended);
    let mut late = captured.clone();
    late.rotate_left(captured.len().min(1));
    let mut same_clock = captured.clone();
    if let Some(moment) = same_clock.get(captured.len() / 2).map(|exchange| exchange.started) {
        same_clock.iter_mut().skip(captured.len() / 2).take(3).for_each(|exchange| exchange.started = moment);
    }
    let reversed = same_clock.iter().rev().cloned().collect();
    vec![[captured.clone(), by_end], [captured, late], [same_clock, reversed]]
}
