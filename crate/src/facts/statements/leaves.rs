//! Where an answer says why: members of JSON, elements of XML, form parameters. Each with the place of its text.

use std::borrow::Cow;
use std::ops::Range;

use crate::limits;
use crate::syntax::json::{self, place_in};
use crate::syntax::{form, hidden_fields};

/// A text that may say why.
#[derive(Debug)]
pub struct Leaf<'a> {
    /// The member's, element's or parameter's name.
    pub name: Cow<'a, str>,
    /// What stands there.
    pub text: Cow<'a, str>,
    /// Where in the content.
    pub span: Range<usize>,
    /// Whether it is `true` or `false` instead of a text: then the name says it.
    pub is_flag: bool,
}

/// Names of members that say why, as far as any part of them: what RFC 6749, RFC 9457, GraphQL and nearly every
/// framework call them.
const TELLING: [&str; 20] = [
    "alert",
    "cause",
    "code",
    "description",
    "detail",
    "err",
    "error",
    "exception",
    "fail",
    "fault",
    "hint",
    "info",
    "key",
    "message",
    "msg",
    "problem",
    "reason",
    "status",
    "title",
    "type",
];

/// Whether a member of that name says why.
pub fn is_telling(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TELLING.iter().any(|part| name.contains(part))
}

/// The texts of a JSON content: of members that tell, and of all that stands in them.
///
/// `is_refusal` tells that all of it is about a refusal: then what stands in any object counts.
pub fn of_json(text: &str, is_refusal: bool) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::new();
    let value = text.trim();
    // What stands alone in an object that is called after the call wraps the answer.
    let wrapped = json::wrapped(value).filter(|(name, _)| !is_telling(name) && name != "data");
    let value = wrapped.map_or(value, |(_, value)| value);
    // Who says why on top says other things below.
    let mut says_on_top = false;
    let _ = json::each_member(value, &mut |name, value| says_on_top |= is_telling(name) && value.starts_with('"'));
    let reach = if is_refusal && !says_on_top { REACH } else { 0 };
    walk(text, "", value, false, (0, reach), &mut leaves);
    leaves
}

/// The texts of the lists in a JSON content that stand under names that tell: messages that are to be shown come in lists,
/// and tables of all that could be shown under names of their own.
pub fn of_lists(text: &str) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::new();
    lists(text, text.trim(), 0, &mut leaves);
    leaves
}

/// All texts of a message in JSON, whatever its members are called.
pub fn of_message(text: &str) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::new();
    walk(text, "message", text.trim(), true, (0, 0), &mut leaves);
    leaves
}

fn lists<'a>(text: &'a str, value: &'a str, depth: usize, leaves: &mut Vec<Leaf<'a>>) {
    if depth > limits::STATEMENT_DEPTH {
        return;
    }
    let _ = json::each_member(value, &mut |member, value| match value.as_bytes().first() {
        Some(b'[') if is_telling(member) => walk(text, member, value, true, (depth + 1, 0), leaves),
        Some(b'{') => lists(text, value, depth + 1, leaves),
        _ => {}
    });
}

/// How deep in a JSON content the payloads of GraphQL stand.
const PAYLOAD: usize = 2;

/// How deep in a refusal what says why is wrapped: SOAP in JSON has a body, and a fault in it.
const REACH: usize = 3;

/// `depth` is how deep the value stands, and down to where objects of any name are opened.
fn walk<'a>(text: &'a str, name: &str, value: &'a str, inside: bool, (depth, reach): (usize, usize), leaves: &mut Vec<Leaf<'a>>) {
    if leaves.len() >= limits::STATEMENT_LEAVES || depth > limits::STATEMENT_DEPTH {
        return;
    }
    let at = place_in(text, value);
    let span = at..at + value.len();
    match value.as_bytes().first() {
        Some(b'{') => {
            let _ = json::each_member(value, &mut |member, value| {
                let tells = inside || is_telling(member);
                // What a member is called is worth more than what it stands in.
                let own = if is_telling(member) || name.is_empty() { member } else { name };
                // Of an object that is only looked into, a flag belongs to some thing or other.
                let is_flag = matches!(value, "true" | "false") && (inside || depth == 0 || reach == 0 || name == "data");
                // What GraphQL hands out stands below its own names.
                let is_payload = depth < PAYLOAD && (member == "data" || name == "data") && value.starts_with('{');
                let is_open = depth < reach && value.starts_with('{');
                if tells || is_flag || is_payload || is_open || depth == 0 && value.starts_with('"') {
                    let name = if is_flag { member } else { own };
                    walk(text, name, value, tells, (depth + 1, reach), leaves);
                }
            });
        }
        Some(b'[') => {
            for element in json::elements_of(value) {
                walk(text, name, element, inside, (depth + 1, reach), leaves);
            }
        }
        Some(b'"') => {
            if let Some(inner) = json::unescaped(value) {
                leaves.push(Leaf {
                    name: name.to_owned().into(),
                    text: inner,
                    span: at + 1..(at + value.len()).saturating_sub(1),
                    is_flag: false,
                });
            }
        }
        _ if value == "true" => leaves.push(Leaf { name: name.to_owned().into(), text: "true".into(), span, is_flag: true }),
        _ => {}
    }
}

/// What begins characters that XML does not read.
const CDATA: &str = "<![CDATA[";

/// The texts of an XML content's elements that tell, without the document being checked: errors of services are small.
pub fn of_xml(text: &str) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::new();
    let mut from = 0;
    while leaves.len() < limits::STATEMENT_LEAVES
        && let Some(open) = memchr::memchr(b'<', text.as_bytes().get(from..).unwrap_or_default())
    {
        let start = from + open + 1;
        let Some(end) = text.get(start..).and_then(|rest| rest.find('>')).map(|end| start + end) else { break };
        from = end + 1;
        let tag = text.get(start..end).unwrap_or_default();
        let name = tag.split(|c: char| c.is_ascii_whitespace() || c == '/').next().unwrap_or_default();
        let name = name.rsplit(':').next().unwrap_or_default();
        let opens = text.get(from..).unwrap_or_default();
        let (skipped, closes) = if opens.starts_with(CDATA) { (CDATA.len(), "]]>") } else { (0, "<") };
        from += skipped;
        let until = text.get(from..).and_then(|rest| rest.find(closes)).map_or(text.len(), |end| from + end);
        let inner = text.get(from..until).unwrap_or_default();
        if is_telling(name) && !inner.trim().is_empty() {
            leaves.push(Leaf { name: name.into(), text: hidden_fields::unescaped(inner), span: from..until, is_flag: false });
        }
    }
    leaves
}

/// The parameters that tell of a form or a query; spans are those of the whole text.
pub fn of_parameters(text: &str) -> Vec<Leaf<'static>> {
    let pairs = form::urlencoded(text).value.pairs;
    let owned = |pair: form::Pair<'_>| Leaf {
        name: pair.name.into_owned().into(),
        text: pair.value.into_owned().into(),
        span: 0..text.len(),
        is_flag: false,
    };
    pairs
        .into_iter()
        .filter(|pair| is_telling(&pair.name) || pair.value == "true" || pair.value == "1")
        .take(limits::STATEMENT_LEAVES)
        .map(owned)
        .collect()
}
