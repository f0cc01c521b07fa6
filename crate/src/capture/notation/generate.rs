//! Generators: `{jwt exp=-120}` in exchange notation stands for a token, so that no opaque text
//! lies in a fixture.

mod saml;
mod token;
mod windows;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::limits;
use crate::time::Time;

/// The most text that one generator may make.
const LONGEST: usize = 1024 * 1024;

/// The generators of one session, with what it gave names to: `{jwt as T exp=300}`, later `{T}`.
#[derive(Default)]
pub struct Generators {
    named: BTreeMap<String, String>,
    /// Bytes that were made so far: a name can be said again and again.
    made: usize,
}

impl Generators {
    /// Replaces every generator of a line, the inner ones first. Braces that name no generator and
    /// nothing made before stay as they are, so JSON can be written plainly.
    ///
    /// # Errors
    /// What is wrong with a generator's arguments.
    pub fn expand(&mut self, line: &str, now: Time) -> Result<String, String> {
        self.expand_within(line, now, limits::NOTATION_DEPTH)
    }

    fn expand_within(&mut self, line: &str, now: Time, depth: usize) -> Result<String, String> {
        let mut out = String::with_capacity(line.len());
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            // Of the many braces of JSON none is looked for to its end.
            let head = after.split([' ', '{', '}']).next().unwrap_or_default();
            let may_be = NAMES.contains(&head) || self.named.contains_key(head);
            match may_be.then(|| braced(after)).flatten() {
                Some((inside, behind)) if self.named.contains_key(inside) => {
                    let text = self.named.get(inside).map_or("", String::as_str);
                    self.made = within_bounds(self.made, text)?;
                    out.push_str(text);
                    rest = behind;
                }
                Some((inside, behind)) if is_generator(inside) => {
                    let text = self.generated(inside, now, depth)?;
                    self.made = within_bounds(self.made, &text)?;
                    out.push_str(&text);
                    rest = behind;
                }
                _ => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    fn generated(&mut self, inside: &str, now: Time, depth: usize) -> Result<String, String> {
        let depth =
            depth.checked_sub(1).ok_or_else(|| format!("generators stand in one another more than {} deep", limits::NOTATION_DEPTH))?;
        let (generator, arguments) = inside.split_once(' ').unwrap_or((inside, ""));
        let arguments = arguments.trim();
        let (name, arguments) = match arguments.strip_prefix("as ") {
            Some(named) => named.trim_start().split_once(' ').map_or((named.trim(), ""), |(name, rest)| (name, rest.trim_start())),
            None => ("", arguments),
        };
        let text = generate(generator, &self.expand_within(arguments, now, depth)?, now)?;
        if !name.is_empty() {
            if is_generator(name) || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return Err(format!("`as {name}` is no name to call it by later; write {{{generator} as T …}}, then {{T}}"));
            }
            self.named.insert(name.to_owned(), text.clone());
        }
        Ok(text)
    }
}

const NAMES: [&str; 14] = [
    "base64",
    "base64url",
    "basic",
    "date",
    "dpop",
    "epoch",
    "jwt",
    "ntlm",
    "percent",
    "repeat",
    "saml-request",
    "saml-response",
    "secret",
    "spnego",
];

fn is_generator(inside: &str) -> bool {
    NAMES.contains(&inside.split(' ').next().unwrap_or_default())
}

/// The bytes made so far, with a text more.
fn within_bounds(made: usize, text: &str) -> Result<usize, String> {
    let made = made.saturating_add(text.len());
    let bound = limits::NOTATION_MADE;
    if made > bound {
        Err(format!("the generators of this session make more than {} MB; make less of them", bound >> 20))
    } else {
        Ok(made)
    }
}

/// Splits `jwt exp=1} rest` at its closing brace; nested braces belong inside.
fn braced(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let end = text.char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
        None
    })?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

fn generate(name: &str, arguments: &str, now: Time) -> Result<String, String> {
    match name {
        "base64" => Ok(STANDARD.encode(arguments)),
        "base64url" => Ok(URL_SAFE_NO_PAD.encode(arguments)),
        "basic" => Ok(format!("Basic {}", STANDARD.encode(arguments))),
        "date" => Ok(moment(arguments, now)?.to_http_date()),
        "dpop" => token::dpop(arguments, now),
        "epoch" => Ok((moment(arguments, now)?.0 / 1000).to_string()),
        "jwt" => token::jwt(arguments, now),
        "ntlm" => windows::ntlm(arguments, now),
        "percent" => Ok(percent_encoding::utf8_percent_encode(arguments, percent_encoding::NON_ALPHANUMERIC).to_string()),
        "repeat" => repeat(arguments),
        "saml-request" => saml::request(arguments, now),
        "saml-response" => saml::response(arguments, now),
        "spnego" => windows::spnego(arguments, now),
        _ => secret(arguments),
    }
}

/// A span such as `300s`, `-2h`, `+250ms`, `5m`, `3d`; a bare number counts seconds.
pub fn milliseconds(text: &str) -> Option<i64> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(split)?;
    let factor = match unit {
        "ms" => 1,
        "s" | "" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.trim().parse::<i64>().ok()?.checked_mul(factor)
}

fn moment(offset: &str, now: Time) -> Result<Time, String> {
    if offset.is_empty() {
        return Ok(now);
    }
    milliseconds(offset).map(|span| now.plus(span)).ok_or_else(|| format!("`{offset}` is no span; write -60s, +5m or 2h"))
}

/// `name=value` and `name="several words"`.
fn words(text: &str) -> Vec<(String, String)> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some((name, after)) = rest.split_once('=') {
        let (value, behind) = match after.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
            Some(split) => split,
            None => after.split_once(' ').unwrap_or((after, "")),
        };
        words.push((name.trim().to_owned(), value.to_owned()));
        rest = behind.trim_start();
    }
    words
}

/// `{repeat x 5000}`.
fn repeat(arguments: &str) -> Result<String, String> {
    let wrong = || format!("`repeat {arguments}` is not understood; write {{repeat x 5000}}");
    let (text, count) = arguments.rsplit_once(' ').ok_or_else(wrong)?;
    let count: usize = count.parse().map_err(|_| wrong())?;
    if text.len().saturating_mul(count) > LONGEST {
        return Err(format!("`repeat {arguments}` makes more than {LONGEST} bytes"));
    }
    Ok(text.repeat(count))
}

/// `{secret name 24}`: opaque text of that length, the same for the same name.
fn secret(arguments: &str) -> Result<String, String> {
    let (name, length) = arguments.rsplit_once(' ').unwrap_or((arguments, "24"));
    let length: usize = length
        .parse()
        .ok()
        .filter(|length| *length <= LONGEST)
        .ok_or_else(|| format!("`secret {arguments}` is not understood; write {{secret sid 24}}"))?;
    let mut text = URL_SAFE_NO_PAD.encode(noise(name, length));
    text.truncate(length);
    Ok(text)
}

/// Bytes that follow from the seed alone (xorshift over its FNV-1a hash).
fn noise(seed: &str, length: usize) -> Vec<u8> {
    let mut state = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)) | 1;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes().first().copied().unwrap_or_default()
    })
    .take(length)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        Generators::default().expand(text, Time(1_000_000)).unwrap()
    }

    #[test]
    fn leaves_json_alone() {
        assert_eq!(line(r#"{"error": {"code": 1}}"#), r#"{"error": {"code": 1}}"#);
    }

    #[test]
    fn makes_credentials_and_times() {
        assert_eq!(line("{basic Aladdin:open sesame}"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(line("x {epoch +60s} y"), "x 1060 y");
        assert_eq!(line("{date}"), "Thu, 01 Jan 1970 00:16:40 GMT");
    }

    #[test]
    fn makes_tokens_whose_times_count_from_now() {
        let token = line(r#"{jwt exp=-120 aud=api aud=web scope="a b" alg=ES256}"#);
        let mut parts = token.split('.').map(|part| String::from_utf8_lossy(&URL_SAFE_NO_PAD.decode(part).unwrap()).into_owned());
        assert_eq!(parts.next().unwrap(), r#"{"alg":"ES256","typ":"JWT"}"#);
        assert_eq!(parts.next().unwrap(), r#"{"aud":["api","web"],"exp":880,"scope":"a b"}"#);
        assert!(parts.next().is_some());
    }

    #[test]
    fn says_again_what_was_given_a_name() {
        let mut generators = Generators::default();
        let mut line = |text: &str, now| generators.expand(text, Time(now)).unwrap();
        let first = line("Bearer {jwt as T exp=60}", 0);
        assert_eq!(line("Bearer {T}", 60_000), first);
        assert_eq!(line(r#"{"id_token": "{T}"}"#, 60_000), format!(r#"{{"id_token": "{}"}}"#, first.trim_start_matches("Bearer ")));
        assert_eq!(line("{dpop GET https://a.test/ token={T}}", 0).split('.').count(), 3);
        assert_eq!(line("{Unknown}", 0), "{Unknown}");
        assert!(Generators::default().expand("{secret as secret 24}", Time(0)).is_err());
    }

    #[test]
    fn makes_no_more_than_a_session_can_hold() {
        let mut generators = Generators::default();
        generators.expand("{repeat as A x 1000000}", Time(0)).unwrap();
        let grown = ["B", "C", "D"].iter().zip(["A", "B", "C"]).try_for_each(|(name, before)| {
            generators.expand(&format!("{{percent as {name} {}}}", format!("{{{before}}}").repeat(9)), Time(0)).map(drop)
        });
        assert!(grown.unwrap_err().contains("more than"));
        let nested = "{percent ".repeat(100_000) + "a" + &"}".repeat(100_000);
        assert!(Generators::default().expand(&nested, Time(0)).unwrap_err().contains("deep"));
    }

    #[test]
    fn encodes_what_another_generator_made() {
        assert_eq!(line("a={percent {base64 ???>}}"), "a=Pz8%2FPg%3D%3D");
    }

    #[test]
    fn secrets_follow_from_their_name() {
        assert_eq!(line("{secret sid 24}"), line("{secret sid 24}"));
        assert_ne!(line("{secret sid 24}"), line("{secret other 24}"));
        assert_eq!(line("{secret sid 24}").len(), 24);
    }
}
