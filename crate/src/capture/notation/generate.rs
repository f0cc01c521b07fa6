//! Generators: `{jwt exp=-120}` in exchange notation stands for a token, so that no opaque text
//! lies in a fixture.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::time::Time;

/// The most text that one generator may make.
const LONGEST: usize = 1024 * 1024;

/// Replaces every generator of a line. Braces that name no generator stay as they are, so JSON can
/// be written plainly.
///
/// # Errors
/// What is wrong with a generator's arguments.
pub fn expand(line: &str, now: Time) -> Result<String, String> {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match generator(after) {
            Some((name, arguments, behind)) => {
                out.push_str(&generate(name, &expand(arguments, now)?, now)?);
                rest = behind;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

const NAMES: [&str; 8] = ["base64", "base64url", "basic", "date", "epoch", "jwt", "repeat", "secret"];

/// Splits `jwt exp=1} rest` into name, arguments and rest; nested braces belong to the arguments.
fn generator(text: &str) -> Option<(&str, &str, &str)> {
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
    let inside = text.get(..end)?;
    let (name, arguments) = inside.split_once(' ').unwrap_or((inside, ""));
    NAMES.contains(&name).then_some((name, arguments.trim(), text.get(end + 1..)?))
}

fn generate(name: &str, arguments: &str, now: Time) -> Result<String, String> {
    match name {
        "base64" => Ok(STANDARD.encode(arguments)),
        "base64url" => Ok(URL_SAFE_NO_PAD.encode(arguments)),
        "basic" => Ok(format!("Basic {}", STANDARD.encode(arguments))),
        "date" => Ok(moment(arguments, now)?.to_http_date()),
        "epoch" => Ok((moment(arguments, now)?.0 / 1000).to_string()),
        "jwt" => jwt(arguments, now),
        "repeat" => repeat(arguments),
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

/// `exp`, `nbf`, `iat` and `auth_time` count seconds from now; `alg`, `kid` and `typ` go to the
/// header; several `aud` make a list; everything else is a string claim. The signature is noise of
/// the right length, since no cause may depend on it here.
fn jwt(arguments: &str, now: Time) -> Result<String, String> {
    let mut header = Map::new();
    header.insert("alg".into(), "RS256".into());
    header.insert("typ".into(), "JWT".into());
    let mut claims: Map<String, Value> = Map::new();
    for (name, value) in words(arguments) {
        match name.as_str() {
            "exp" | "nbf" | "iat" | "auth_time" => {
                let offset = milliseconds(&value).ok_or_else(|| format!("{name}=`{value}` is no span; write {name}=-120 or {name}=2h"))?;
                claims.insert(name, (now.plus(offset).0 / 1000).into());
            }
            "alg" | "kid" | "typ" => {
                header.insert(name, value.into());
            }
            _ => match claims.get_mut(&name) {
                Some(Value::Array(list)) => list.push(value.into()),
                Some(first) => *first = Value::Array(vec![first.clone(), value.into()]),
                None => {
                    claims.insert(name, value.into());
                }
            },
        }
    }
    let part = |members: Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(members).to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = noise(&signed, 256);
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
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
        expand(text, Time(1_000_000)).unwrap()
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
    fn secrets_follow_from_their_name() {
        assert_eq!(line("{secret sid 24}"), line("{secret sid 24}"));
        assert_ne!(line("{secret sid 24}"), line("{secret other 24}"));
        assert_eq!(line("{secret sid 24}").len(), 24);
    }
}
