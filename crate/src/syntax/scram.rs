//! SCRAM over HTTP: the messages of RFC 5802 5.1 that `data` bears by RFC 7804.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Parsed, Rule, SyntaxViolation};
use crate::limits;

/// Not base64, or nothing that is text.
pub static NOT_BASE64: Rule = Rule { id: "scram-not-base64" };

/// Text that is none of the four messages.
pub static UNKNOWN_MESSAGE: Rule = Rule { id: "scram-unknown-message" };

/// Fewer iterations than the specifications allow.
pub static FEW_ITERATIONS: Rule = Rule { id: "scram-few-iterations" };

/// A name with a comma or an equals sign as it is.
pub static BAD_NAME: Rule = Rule { id: "scram-bad-name" };

/// A line end behind the message, as `echo` adds it.
pub static LINE_END: Rule = Rule { id: "scram-line-end" };

/// How the exchange is bound to the TLS connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The client cannot (`n`).
    Unsupported,
    /// The client could, and takes it that the server cannot (`y`).
    NotOffered,
    /// By this type: `tls-server-end-point`, `tls-exporter` (`p=`).
    Type(String),
}

/// One message. Of proofs and salts only their presence is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// The client's first: who logs in.
    ClientFirst {
        /// The binding.
        binding: Binding,
        /// The name, with `=2C` and `=3D` decoded.
        user: String,
        /// The client's nonce.
        nonce: String,
    },
    /// The server's first: how the password is to be hashed.
    ServerFirst {
        /// The client's nonce with the server's behind it.
        nonce: String,
        /// How often.
        iterations: u32,
    },
    /// The client's last: its proof.
    ClientFinal {
        /// The nonce of the server's message.
        nonce: String,
    },
    /// The server's last: it knew the password too.
    ServerFinal,
    /// The server refuses: `invalid-proof`, `unknown-user`, `channel-bindings-dont-match`, …
    Error(String),
}

/// Reads a `data` parameter; `None` where it is no message.
#[must_use]
pub fn message(data: &str) -> Parsed<Option<Message>> {
    let bytes = (data.len() <= limits::NEGOTIATE_TOKEN).then(|| STANDARD.decode(data).ok()).flatten();
    let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Parsed { value: None, violations: vec![SyntaxViolation { at: 0, rule: &NOT_BASE64 }] };
    };
    let mut violations = Vec::new();
    let mut note = |rule| violations.push(SyntaxViolation { at: 0, rule });
    let line = text.trim_end_matches(['\r', '\n']);
    if line.len() < text.len() {
        note(&LINE_END);
    }
    let value = read(line, &mut note);
    if value.is_none() {
        note(&UNKNOWN_MESSAGE);
    }
    Parsed { value, violations }
}

fn read(text: &str, note: &mut impl FnMut(&'static Rule)) -> Option<Message> {
    let attribute = |name: char| text.split(',').find_map(|part| part.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')));
    let nonce = || attribute('r').map(str::to_owned);
    match text.as_bytes() {
        [b'e', b'=', ..] => attribute('e').map(|error| Message::Error(error.to_owned())),
        [b'v', b'=', ..] => Some(Message::ServerFinal),
        [b'c', b'=', ..] => attribute('p').and_then(|_| Some(Message::ClientFinal { nonce: nonce()? })),
        [b'r', b'=', ..] => {
            let iterations = attribute('i')?.parse().ok()?;
            if iterations < 4096 {
                note(&FEW_ITERATIONS);
            }
            attribute('s').and_then(|_| Some(Message::ServerFirst { nonce: nonce()?, iterations }))
        }
        [b'n' | b'y' | b'p', ..] => {
            // The header of GSS-API stands before: binding, then whom to act for.
            let (binding, rest) = text.split_once(',')?;
            let binding = match binding {
                "n" => Binding::Unsupported,
                "y" => Binding::NotOffered,
                other => Binding::Type(other.strip_prefix("p=")?.to_owned()),
            };
            let (_, bare) = rest.split_once(',')?;
            let name = bare.split(',').find_map(|part| part.strip_prefix("n="))?;
            let user = name.replace("=2C", ",").replace("=3D", "=");
            if name.matches('=').count() != name.matches("=2C").count() + name.matches("=3D").count() {
                note(&BAD_NAME);
            }
            Some(Message::ClientFirst { binding, user, nonce: nonce()? })
        }
        _ => None,
    }
}

/// Whether a later message goes on with the nonce of an earlier one, without which its receiver gives up.
#[must_use]
pub fn goes_on(earlier: &Message, later: &Message) -> bool {
    match (earlier, later) {
        (Message::ClientFirst { nonce: first, .. }, Message::ServerFirst { nonce, .. }) => {
            nonce.len() > first.len() && nonce.starts_with(first)
        }
        (Message::ServerFirst { nonce: first, .. }, Message::ClientFinal { nonce }) => first == nonce,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Message>, Vec<&'static str>) {
        let parsed = message(&STANDARD.encode(text));
        (parsed.value, parsed.violations.iter().map(|violation| violation.rule.id).collect())
    }

    #[test]
    fn reads_the_exchange_of_rfc_5802_5() {
        let (first, broken) = read("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
        assert_eq!(broken, Vec::<&str>::new());
        let (asked, _) = read("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
        let (proof, _) = read("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
        let (first, asked, proof) = (first.unwrap(), asked.unwrap(), proof.unwrap());
        assert!(matches!(&first, Message::ClientFirst { binding: Binding::Unsupported, user, .. } if user == "user"));
        assert!(matches!(asked, Message::ServerFirst { iterations: 4096, .. }));
        assert!(goes_on(&first, &asked) && goes_on(&asked, &proof));
        assert!(!goes_on(&first, &read("r=other,s=QSXCR+Q6sek8bf92,i=4096").0.unwrap()));
        assert_eq!(read("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=").0, Some(Message::ServerFinal));
        assert_eq!(read("e=invalid-proof").0, Some(Message::Error("invalid-proof".to_owned())));
    }

    #[test]
    fn reads_the_data_of_rfc_7804_5_with_its_line_end() {
        let parsed = message("biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8K");
        assert_eq!(parsed.violations, [SyntaxViolation { at: 0, rule: &LINE_END }]);
        assert!(matches!(parsed.value, Some(Message::ClientFirst { nonce, .. }) if nonce == "rOprNGfwEbeRWgbNEkqO"));
    }

    #[test]
    fn names_what_is_no_message() {
        assert_eq!(message("***").violations[0].rule, &NOT_BASE64);
        for text in ["", "hello", "n,", "n,,r=a", "r=a,s=b", "r=a,s=b,i=x", "c=biws,r=a", "q=1"] {
            assert_eq!(read(text), (None, vec!["scram-unknown-message"]), "{text}");
        }
        assert_eq!(read("r=a,s=b,i=1000").1, ["scram-few-iterations"]);
        assert_eq!(read("p=tls-exporter,,n=a=2Cb=c,r=d").1, ["scram-bad-name"]);
    }
}
