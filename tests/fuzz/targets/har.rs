//! HAR files, whole and in pieces: the pieces must not matter.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401::capture::har::Reader;
use why401::exchange::Exchange;

fn read(bytes: &[u8], piece: usize) -> (Vec<Exchange>, bool) {
    let mut reader = Reader::default();
    let mut exchanges = Vec::new();
    for chunk in bytes.chunks(piece) {
        if !reader.feed(chunk, &mut exchanges) {
            break;
        }
    }
    let is_ok = match reader.finish(&mut exchanges) {
        Ok(_) => true,
        Err(error) => {
            assert!(error.what.contains(';') && error.place.line > 0, "no clear error: {error}");
            false
        }
    };
    (exchanges, is_ok)
}

fuzz_target!(|bytes: &[u8]| {
    let (whole, ok) = read(bytes, bytes.len().max(1));
    let (pieces, also_ok) = read(bytes, 7);
    assert_eq!(ok, also_ok);
    assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
});
