//! The hidden fields of HTML forms, by which pages guard against forged requests and identity
//! providers hand their answers on (form_post, SAML's POST binding).

use std::borrow::Cow;

use memchr::memchr;

use super::form::{Form, Pair};
use crate::limits;

/// Reads every `<input type=hidden>` with a name, in order. Follows HTML's tokenisation of tags and
/// attributes (HTML 13.2.5.6 and on), without scripts and comments being passed over.
#[must_use]
pub fn read(html: &str) -> Form<'_> {
    Form { pairs: inputs(html, "hidden").take(limits::FORM_PAIRS).collect() }
}

/// The names of every `<input type=password>` that has one, in order.
pub fn passwords(html: &str) -> impl Iterator<Item = Cow<'_, str>> {
    inputs(html, "password").map(|pair| pair.name)
}

/// Where the form leads that asks for a password, as its `action` says; `None` where it has none of its own.
#[must_use]
pub fn password_action(html: &str) -> Option<Cow<'_, str>> {
    Tag::behind_name(password_form(html)?).find(|(name, _)| name.eq_ignore_ascii_case("action")).map(|(_, action)| unescaped(action))
}

/// Reads every `<input type=hidden>` with a name in the form that asks for a password.
#[must_use]
pub fn beside_password(html: &str) -> Form<'_> {
    password_form(html).map(read).unwrap_or_default()
}

/// The form that asks for a password, from its first attribute to its end.
fn password_form(html: &str) -> Option<&str> {
    const FORM: &str = "<form";
    const END: &str = "</form";
    let at = inputs(html, "password").next()?.at;
    let is_tag = |at: usize, tag: &str| html.get(at..at + tag.len()).is_some_and(|text| text.eq_ignore_ascii_case(tag));
    let start = html.get(..at)?.char_indices().rev().find(|(at, sign)| *sign == '<' && is_tag(*at, FORM))?.0 + FORM.len();
    let end = html.get(at..)?.char_indices().map(|(behind, sign)| (at + behind, sign)).find(|(at, sign)| *sign == '<' && is_tag(*at, END));
    html.get(start..end.map_or(html.len(), |(end, _)| end))
}

/// Where the input stands that a browser fills in with a code that is used once (HTML 4.10.18.7.1, `one-time-code`).
#[must_use]
pub fn one_time_code(html: &str) -> Option<usize> {
    let is_wanted = |name: &str, value: &str| {
        let mut tokens = value.split_ascii_whitespace();
        name.eq_ignore_ascii_case("autocomplete") && tokens.any(|token| token.eq_ignore_ascii_case("one-time-code"))
    };
    inputs_with(html, is_wanted).next().map(|input| input.at)
}

/// The inputs of one type that have a name.
fn inputs<'a>(html: &'a str, of_type: &'static str) -> impl Iterator<Item = Pair<'a>> {
    inputs_with(html, move |name, value| name.eq_ignore_ascii_case("type") && value.eq_ignore_ascii_case(of_type))
}

/// The inputs that have a name, and an attribute of that kind.
fn inputs_with<'a>(html: &'a str, is_it: impl Fn(&str, &str) -> bool) -> impl Iterator<Item = Pair<'a>> {
    named(html, "input", "value", is_it)
}

/// The `<meta>` elements that have a name, with their content.
pub fn metas(html: &str) -> impl Iterator<Item = Pair<'_>> {
    named(html, "meta", "content", |attribute, _| attribute.eq_ignore_ascii_case("name"))
}

/// The elements of one kind that have a name, and an attribute of that kind; what they hold stands in another attribute.
fn named<'a>(
    html: &'a str,
    element: &'static str,
    holder: &'static str,
    is_it: impl Fn(&str, &str) -> bool,
) -> impl Iterator<Item = Pair<'a>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + memchr(b'<', html.as_bytes().get(from..)?)? + 1;
            from = start;
            let rest = html.get(start..)?;
            let is_one = rest.get(..element.len()).is_some_and(|name| name.eq_ignore_ascii_case(element));
            let Some(attributes) =
                rest.get(element.len()..).filter(|rest| is_one && rest.starts_with([' ', '\t', '\n', '\r', '\x0c', '/']))
            else {
                continue;
            };
            let mut tag = Tag::behind_name(attributes);
            let (mut name, mut value, mut is_wanted) = (None, "", false);
            for (attribute, text) in tag.by_ref() {
                match () {
                    () if attribute.eq_ignore_ascii_case("name") => name = name.or(Some(text)),
                    () if attribute.eq_ignore_ascii_case(holder) => value = text,
                    () => {}
                }
                is_wanted |= is_it(attribute, text);
            }
            from = html.len() - tag.rest.len();
            if let Some(name) = name.filter(|_| is_wanted) {
                return Some(Pair { name: unescaped(name), value: unescaped(value), at: start });
            }
        }
    })
}

/// The attributes of one tag.
pub struct Tag<'a> {
    rest: &'a str,
}

impl<'a> Tag<'a> {
    /// The tag whose name ends where the text begins.
    #[must_use]
    pub const fn behind_name(rest: &'a str) -> Self {
        Self { rest }
    }

    /// What is left of the text behind the attributes read so far; it begins with the tag's end once all are read.
    #[must_use]
    pub const fn rest(&self) -> &'a str {
        self.rest
    }
}

impl<'a> Iterator for Tag<'a> {
    type Item = (&'a str, &'a str);

    /// The next attribute: name and raw value. `None` at the tag's end.
    fn next(&mut self) -> Option<Self::Item> {
        let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c' | '/');
        self.rest = self.rest.trim_start_matches(is_space);
        if self.rest.is_empty() || self.rest.starts_with('>') {
            return None;
        }
        // HTML lets a name begin with an equals sign.
        let end = self.rest.char_indices().skip(1).find(|(_, c)| is_space(*c) || matches!(c, '=' | '>'));
        let (name, rest) = self.rest.split_at_checked(end.map_or(self.rest.len(), |(at, _)| at))?;
        self.rest = rest;
        let Some(value) = rest.trim_start_matches(is_space).strip_prefix('=') else { return Some((name, "")) };
        let value = value.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
        let quoted = ['"', '\''].into_iter().find_map(|quote| Some((value.strip_prefix(quote)?, quote)));
        let (value, rest) = match quoted {
            Some((value, quote)) => value.split_once(quote).unwrap_or((value, "")),
            None => {
                let end = value.find([' ', '\t', '\n', '\r', '\x0c', '>']).unwrap_or(value.len());
                value.split_at_checked(end)?
            }
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// The character references that are written into attribute values in practice.
const REFERENCES: [(&str, char); 5] = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];

/// A text of HTML or XML with its character references resolved: those that are written in practice.
#[must_use]
pub fn unescaped(text: &str) -> Cow<'_, str> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let reference =
            after.split_once(';').filter(|(name, _)| name.len() <= 8).and_then(|(name, behind)| Some((referred(name)?, behind)));
        rest = match reference {
            Some((c, behind)) => {
                out.push(c);
                behind
            }
            None => {
                out.push('&');
                after
            }
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn referred(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        return REFERENCES.iter().find(|(known, _)| *known == name).map(|(_, c)| *c);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(html: &str) -> Vec<(String, String)> {
        read(html).pairs.iter().map(|pair| (pair.name.to_string(), pair.value.to_string())).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn finds_the_input_for_a_code_that_is_used_once() {
        let page = "<style>.one-time-code{}</style><p>one-time-code</p><INPUT name=c autocomplete='section-a one-time-code'>";
        assert_eq!(one_time_code(page), page.find("INPUT"));
        assert_eq!(one_time_code("<input name=one-time-code><p autocomplete=one-time-code>"), None);
    }

    #[test]
    fn finds_where_the_form_with_the_password_leads() {
        let page = "<form action=/search><input name=q></form><FORM method=post action='http://a.test/in?x=1&amp;y=2'><input type=password name=p></FORM>";
        assert_eq!(password_action(page).as_deref(), Some("http://a.test/in?x=1&y=2"));
        assert_eq!(password_action("<form method=post><input type=password name=p></form>"), None);
        assert_eq!(password_action("<form action=/search><input name=q></form>"), None);
        let page = "<form><input type=hidden name=a></form><form><input type=hidden name=b><input type=password name=p></form><input type=hidden name=c>";
        assert_eq!(beside_password(page).pairs.iter().map(|pair| &*pair.name).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn reads_the_form_post_response_of_its_specification() {
        // OAuth 2.0 Form Post Response Mode, section 2.
        let html = "<html>\n <head><title>Submit This Form</title></head>\n <body onload=\"javascript:document.forms[0].submit()\">\n\
            <form method=\"post\" action=\"https://client.example.org/callback\">\n\
            <input type=\"hidden\" name=\"state\"\n value=\"DcP7csa3hMlvybERqcieLHrRzKBra\"/>\n\
            <input type=\"hidden\" name=\"id_token\"\n value=\"eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJz.c2ln\"/>\n </form>\n </body>\n</html>";
        assert_eq!(
            fields(html),
            [pair("state", "DcP7csa3hMlvybERqcieLHrRzKBra"), pair("id_token", "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJz.c2ln")]
        );
    }

    #[test]
    fn reads_attributes_however_they_are_written() {
        let html = "<INPUT value='a&amp;b&#61;c&#x2f;d&e&nbsp;' TYPE = Hidden name=x disabled/><input type=hidden name=y value=1>";
        assert_eq!(fields(html), [pair("x", "a&b=c/d&e&nbsp;"), pair("y", "1")]);
    }

    #[test]
    fn passes_over_other_inputs_and_broken_ends() {
        assert_eq!(fields("<input name=user type=text value=1><inputs type=hidden name=a><input type=hidden>"), []);
        assert_eq!(fields("<input type=hidden name=a value=\"never closed>"), [pair("a", "never closed>")]);
        for html in ["<", "<input", "<input ", "<input =", "<input ='", "é<input\u{e9} type=hidden name=é value=é>"] {
            assert_eq!(fields(html), [], "{html}");
        }
    }
}
