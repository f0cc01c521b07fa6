//! What stands inside tokens and messages, where nothing can be renamed without breaking a signature or a hash.

use std::io::Read;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::DeflateDecoder;
use why401::exchange::Exchange;

/// Characters of the shortest run that is tried.
const SHORTEST: usize = 16;

/// The texts that stand in base64 in a session, inflated where they are deflated.
pub fn texts(exchanges: &[Exchange]) -> Vec<String> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
    let engines = [GeneralPurpose::new(&STANDARD, config), GeneralPurpose::new(&URL_SAFE, config)];
    let mut found = Vec::new();
    for text in super::text::all(exchanges) {
        let plain = text.replace("%2B", "+").replace("%2F", "/").replace("%2b", "+").replace("%2f", "/");
        for run in plain.split(|c: char| !c.is_ascii_alphanumeric() && !"+/-_".contains(c)).filter(|run| run.len() >= SHORTEST) {
            for engine in &engines {
                let Ok(bytes) = engine.decode(run) else { continue };
                let mut inflated = Vec::new();
                if DeflateDecoder::new(&bytes[..]).take(1 << 16).read_to_end(&mut inflated).is_ok() {
                    found.extend(String::from_utf8(inflated));
                }
                found.extend(String::from_utf8(bytes));
            }
        }
    }
    found
}
