//! Exchange notation: what people write into bug reports.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401::capture::notation;

fuzz_target!(|text: &str| {
    match notation::parse(text) {
        Ok(exchanges) => assert!(exchanges.is_sorted_by_key(|exchange| exchange.number)),
        Err(error) => assert!(error.to_string().contains("line"), "no place in: {error}"),
    }
});
