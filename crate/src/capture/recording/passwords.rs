//! Takes out of records what was typed into password fields, before they are written anywhere.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use url::Url;

use super::claims::without_claims;
use crate::limits;
use crate::syntax::form::is_password_name;

/// Shorter passwords are taken out where a field of theirs is sent, not wherever their text stands:
/// it stands in too many other words.
const TELLING: usize = 4;

/// The passwords that one recording has seen. They are known only here, and only in memory.
pub struct Passwords {
    key: Box<[u8]>,
    known: Vec<Password>,
}

struct Password {
    value: Box<str>,
    mask: Box<str>,
    /// The forms in which it travels, longest first, so that no form hides in another.
    forms: Vec<String>,
}

impl Passwords {
    /// None yet. Under `key` equal passwords get equal fingerprints; without it they tell nothing.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self { key: key.into(), known: Vec::new() }
    }

    /// Takes note of what was typed into a password field.
    pub fn learn(&mut self, value: &str) {
        if value.is_empty() || self.known.iter().any(|known| &*known.value == value) {
            return;
        }
        if self.known.len() == limits::PASSWORDS {
            self.known.remove(0);
        }
        let mask = format!("‹secret {} chars #{}›", value.chars().count(), self.fingerprint(value));
        self.known.push(Password { value: value.into(), mask: mask.into(), forms: forms(value) });
    }

    /// Records, one JSON object a line, as they may be stored: each password is replaced by its length and its
    /// fingerprint, `‹secret 12 chars #9f3a01bc›`, and pages lose the comments by which others claim their texts. What is
    /// no JSON is left out.
    #[must_use]
    pub fn keep(&mut self, lines: &str) -> String {
        let mut records: Vec<Value> = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        for record in &records {
            for password in sent(record) {
                self.learn(&password);
            }
        }
        for record in &mut records {
            if let Some(Value::String(text)) = record.pointer_mut("/content/text")
                && let Some(kept) = without_claims(text)
            {
                *text = kept;
            }
            self.strike(record);
        }
        let texts: Vec<String> = records.iter().map(Value::to_string).collect();
        texts.join("\n")
    }

    /// Eight hexadecimal digits: enough to see that two are equal, too few to guess from.
    fn fingerprint(&self, value: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Nested at most as deep as serde_json reads: 128 levels.
    fn strike(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(struck) = self.struck(text) {
                    *text = struck;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.strike(item)),
            Value::Object(members) => members.values_mut().for_each(|member| self.strike(member)),
            _ => {}
        }
    }

    /// The text without any password; `None` where there is none in it.
    fn struck(&self, text: &str) -> Option<String> {
        let mut struck: Option<String> = None;
        for Password { value, mask, forms } in &self.known {
            let now = struck.as_deref().unwrap_or(text);
            if now == &**value {
                struck = Some((**mask).to_owned());
            } else if value.len() < TELLING {
                struck = struck_between(now, forms, mask).or(struck);
            } else if let Some(basic) = struck_from_basic(now, value, mask) {
                struck = Some(basic);
            } else if forms.iter().any(|form| now.contains(&**form)) {
                struck = Some(forms.iter().fold(now.to_owned(), |text, form| text.replace(&**form, mask)));
            }
        }
        struck
    }
}

/// A short password, where it is a whole value of a form or of JSON.
fn struck_between(text: &str, forms: &[String], mask: &str) -> Option<String> {
    let mut struck = text.to_owned();
    for form in forms {
        struck = struck.replace(&format!("\"{form}\""), &format!("\"{mask}\"")).replace(&format!("={form}&"), &format!("={mask}&"));
        if let Some(before) = struck.strip_suffix(&format!("={form}")) {
            struck = format!("{before}={mask}");
        }
    }
    (struck != text).then_some(struck)
}

/// `Basic` credentials that carry it.
fn struck_from_basic(text: &str, value: &str, mask: &str) -> Option<String> {
    let (scheme, credentials) = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))?;
    let clear = BASE64_STANDARD.decode(credentials.trim()).ok()?;
    clear.ends_with(value.as_bytes()).then(|| format!("{scheme} {mask}"))
}

/// As itself, in a form, in a URL, in JSON, in base64.
fn forms(value: &str) -> Vec<String> {
    let form: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let json = Value::from(value).to_string();
    let json = json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned();
    let percent = form.replace('+', "%20");
    let mut forms = vec![value.to_owned(), percent.to_ascii_lowercase(), percent, form, json];
    if value.len() >= TELLING {
        forms.extend([BASE64_STANDARD.encode(value), BASE64_URL_SAFE_NO_PAD.encode(value)]);
    }
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms.dedup();
    forms
}

/// The passwords that a record sends, by the names of their fields.
fn sent(record: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let content = record.get("content");
    for pair in content.and_then(|content| content.get("form")).and_then(Value::as_array).into_iter().flatten() {
        let (name, value) = (pair.get(0).and_then(Value::as_str), pair.get(1).and_then(Value::as_str));
        found.extend(name.filter(|name| is_password_name(name)).and(value).map(str::to_owned));
    }
    if let Some(text) = content.and_then(|content| content.get("text")).and_then(Value::as_str) {
        match serde_json::from_str::<Value>(text) {
            Ok(json) => of_json(&json, &mut found),
            Err(_) => of_pairs(text.as_bytes(), &mut found),
        }
    }
    for name in ["url", "to"] {
        if let Some(url) = record.get(name).and_then(Value::as_str).and_then(|url| Url::parse(url).ok()) {
            of_pairs(url.query().unwrap_or_default().as_bytes(), &mut found);
            found.extend(url.password().map(percent_decoded));
        }
    }
    found
}

fn percent_decoded(text: &str) -> String {
    // A plus sign is itself in userinfo, and a space in a form.
    let pair = format!("a={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes()).map(|(_, value)| value.into_owned()).collect()
}

fn of_pairs(text: &[u8], found: &mut Vec<String>) {
    found.extend(url::form_urlencoded::parse(text).filter(|(name, _)| is_password_name(name)).map(|(_, value)| value.into_owned()));
}

fn of_json(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| of_json(item, found)),
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(text) if is_password_name(name) => found.push(text.to_owned()),
                    _ => of_json(member, found),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::Passwords;

    fn kept(lines: &str) -> String {
        Passwords::new(b"key of this recording").keep(lines)
    }

    #[test]
    fn a_password_leaves_its_length_and_an_equal_fingerprint_wherever_it_goes() {
        let kept = kept(
            r#"{"type":"onBeforeRequest","url":"https://a.test/login","content":{"form":[["user","alice"],["password","w0nder land"]]}}
{"type":"onBeforeRedirect","to":"https://a.test/?error=1&was=w0nder%20land"}
{"type":"onBeforeRequest","url":"https://a.test/api","content":{"text":"{\"user\":{\"pwd\":\"w0nder land\"}}"}}
{"type":"onSendHeaders","fields":[["Authorization","Basic YWxpY2U6dzBuZGVyIGxhbmQ="],["Referer","https://a.test/?w0nder+land"]]}"#,
        );
        assert!(!kept.contains("w0nder") && !kept.contains("YWxpY2U6"), "{kept}");
        assert_eq!(kept.matches("‹secret 11 chars #").count(), 5, "{kept}");
        let masks: Vec<&str> = kept.split('‹').skip(1).filter_map(|rest| rest.split('›').next()).collect();
        assert!(masks.iter().all(|mask| Some(mask) == masks.first()), "{masks:?}");
        assert!(kept.contains("alice"), "{kept}");
    }

    #[test]
    fn a_password_that_a_page_named_otherwise_is_known_from_its_field() {
        let mut passwords = Passwords::new(b"key");
        passwords.learn("wonderland");
        let kept = passwords.keep(r#"{"type":"onBeforeRequest","url":"https://a.test/","content":{"text":"f1=alice&f2=wonderland"}}"#);
        assert!(kept.contains("f1=alice&f2=‹secret 10 chars #"), "{kept}");
    }

    #[test]
    fn a_short_password_leaves_other_text_alone() {
        let kept = kept(
            r#"{"type":"onBeforeRequest","url":"https://a.test/a?b=a","content":{"text":"user=alice&password=a"},"kind":"main_frame"}"#,
        );
        assert!(kept.contains("user=alice&password=‹secret 1 chars") && kept.contains("main_frame"), "{kept}");
    }

    #[test]
    fn another_recording_gives_another_fingerprint() {
        let line = r#"{"url":"https://a.test/","content":{"form":[["password","wonderland"]]}}"#;
        assert_ne!(Passwords::new(b"one").keep(line), Passwords::new(b"two").keep(line));
    }
}
