//! The server's clock in a Negotiate or NTLM token: the timestamp of an NTLM challenge (MS-NLMP
//! 2.2.2.1) and the server's time of a Kerberos error (RFC 4120 5.9.1), in whatever frame they stand.
//!
//! [`negotiate`](super::negotiate) reads the whole token. This one finds nothing but the time, for
//! every exchange: the whole grammar is more than browsers should download for one field.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;

use super::ntlm;
use crate::limits;
use crate::time::Time;

/// A time, by the kind of token that states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerTime {
    /// The timestamp of an NTLM challenge.
    Ntlm(Time),
    /// The server's time in a Kerberos error, to the second.
    Kerberos(Time),
}

/// The `msg-type` of KRB-ERROR, 30, with its tags.
const KRB_ERROR: [u8; 5] = [0xa1, 3, 2, 1, 30];
/// The tag of `stime`.
const STIME: u8 = 0xa4;
/// The identifier of the timestamp among an NTLM challenge's target information, and of its end.
const TIMESTAMP: [u8; 2] = [7, 0];
const END: [u8; 2] = [0, 0];

/// Finds the time in the token68 behind the scheme.
#[must_use]
pub fn find(token68: &str) -> Option<ServerTime> {
    if token68.len() > limits::NEGOTIATE_TOKEN {
        return None;
    }
    let bytes = STANDARD.decode(token68.trim_matches([' ', '\t'])).ok()?;
    let after = |mark: &[u8]| memmem::find(&bytes, mark).and_then(|at| bytes.get(at..));
    let ntlm = after(ntlm::SIGNATURE).and_then(ntlm_timestamp).map(ServerTime::Ntlm);
    ntlm.or_else(|| after(&KRB_ERROR).and_then(|rest| kerberos_time(rest.get(KRB_ERROR.len()..)?)).map(ServerTime::Kerberos))
}

fn ntlm_timestamp(message: &[u8]) -> Option<Time> {
    let is_challenge = message.get(8..12)? == [2, 0, 0, 0];
    let (length, offset) = (short(message.get(40..42)?)?, message.get(44..48)?.try_into().map(u32::from_le_bytes).ok()?);
    let start = usize::try_from(offset).ok().filter(|_| is_challenge)?;
    let mut pairs = message.get(start..start.checked_add(length)?)?;
    loop {
        let (id, rest) = pairs.split_at_checked(2)?;
        let (length, rest) = rest.split_at_checked(2)?;
        let (value, rest) = rest.split_at_checked(short(length)?)?;
        match id {
            id if id == TIMESTAMP => return Some(ntlm::filetime(value)),
            id if id == END => return None,
            _ => pairs = rest,
        }
    }
}

fn short(bytes: &[u8]) -> Option<usize> {
    bytes.try_into().map(u16::from_le_bytes).map(usize::from).ok()
}

/// The fields behind `msg-type` are in order of their tags, and all up to `stime` are short.
fn kerberos_time(mut fields: &[u8]) -> Option<Time> {
    loop {
        let ([tag, length], rest) = fields.split_first_chunk::<2>()?;
        let (field, rest) = rest.split_at_checked(usize::from(*length))?;
        match *tag {
            STIME => return super::kerberos::generalized_time(std::str::from_utf8(field.get(2..)?).ok()?),
            tag if tag < STIME => fields = rest,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_time_of_a_kerberos_error() {
        // RFC 4120 5.9.1, written by hand: pvno 5, msg-type 30, ctime, cusec, stime.
        let mut message = vec![0xa0, 3, 2, 1, 5, 0xa1, 3, 2, 1, 30, 0xa2, 17, 0x18, 15];
        message.extend(b"20260101080000Z");
        message.extend([0xa3, 3, 2, 1, 7, 0xa4, 17, 0x18, 15]);
        message.extend(b"20260101081000Z");
        let token = STANDARD.encode(&message);
        assert_eq!(find(&token), Some(ServerTime::Kerberos(Time::from_rfc3339("2026-01-01T08:10:00Z").unwrap())));
        for end in 0..message.len() {
            assert_eq!(find(&STANDARD.encode(&message[..end])), None, "cut at {end}");
        }
    }

    #[test]
    fn finds_the_timestamp_of_an_ntlm_challenge_in_any_frame() {
        // The layout of MS-NLMP 2.2.1.2 with one pair before the timestamp; the FILETIME of the epoch
        // of Unix is 116444736000000000.
        let info: Vec<u8> = [&[2, 0, 2, 0, b'D', 0][..], &[7, 0, 8, 0], &116_444_736_000_000_000_u64.to_le_bytes(), &[0; 4]].concat();
        let mut message = [ntlm::SIGNATURE, &[2, 0, 0, 0], &[0; 28]].concat();
        message.extend([u8::try_from(info.len()).unwrap(), 0, 255, 0, 48, 0, 0, 0]);
        message.extend(&info);
        assert_eq!(find(&STANDARD.encode(&message)), Some(ServerTime::Ntlm(Time(0))));
        let framed = [&[0xa1, 0x81, 9, 9][..], &message].concat();
        assert_eq!(find(&STANDARD.encode(&framed)), Some(ServerTime::Ntlm(Time(0))));
        let without = STANDARD.encode(&message[..48]);
        assert_eq!((find(&without), find("!"), find("")), (None, None, None));
    }
}
