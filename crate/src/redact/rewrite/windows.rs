//! NTLM messages (MS-NLMP): which of the three it is and what it asks for stays, whom it is about does not.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

const SIGNATURE: &[u8] = b"NTLMSSP\0";

/// The message with nothing but signature, type and flags; `None` where it is another token.
pub fn ntlm(token: &str) -> Option<String> {
    let mut bytes = BASE64_STANDARD.decode(token).ok().filter(|bytes| bytes.starts_with(SIGNATURE))?;
    let flags = match bytes.get(SIGNATURE.len())? {
        1 => 12..16,
        2 => 20..24,
        3 => 60..64,
        _ => return None,
    };
    bytes.iter_mut().enumerate().skip(SIGNATURE.len() + 4).filter(|(at, _)| !flags.contains(at)).for_each(|(_, byte)| *byte = 0);
    Some(BASE64_STANDARD.encode(bytes))
}
