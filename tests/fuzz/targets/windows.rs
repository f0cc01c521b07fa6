//! Negotiate, SPNEGO, Kerberos, NTLM: bytes that a server or a proxy made up.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401::syntax::{kerberos, negotiate, ntlm, server_time, spnego};
use why401_fuzz::{sound, sound_bytes};

fuzz_target!(|bytes: &[u8]| {
    sound_bytes(bytes, negotiate::decoded(bytes));
    sound_bytes(bytes, ntlm::read(bytes));
    sound_bytes(bytes, spnego::read(bytes));
    sound_bytes(bytes, kerberos::read(bytes));
    if let Ok(text) = std::str::from_utf8(bytes) {
        sound(text, negotiate::token(text));
        let _ = server_time::find(text);
        let _ = (negotiate::round(true, text), negotiate::round(false, text));
    }
});
