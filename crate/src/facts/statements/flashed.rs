//! Messages that an answer leaves in a cookie, for a script of the next page to show and delete.

use percent_encoding::percent_decode_str;

use super::leaves::{self, Leaf};
use super::page;
use crate::syntax::json;
use crate::syntax::set_cookie;

/// Words of a sentence, at least.
const WORDS: usize = 3;

/// Kinds of messages that tell what went well, or tell nothing of how it went.
const PLEASANT: [&str; 5] = ["success", "info", "information", "notice", "ok"];

/// The texts of a cookie that scripts may read: of messages in JSON, of parameters that tell, or of a sentence alone.
pub fn messages(line: &str) -> Vec<String> {
    let cookie = set_cookie::parse(line).value;
    let is_encoded = cookie.value.contains(['%', '+']);
    if !is_encoded || cookie.http_only.is_some() {
        return Vec::new();
    }
    let blanks = cookie.value.replace('+', " ");
    let text = percent_decode_str(&blanks).decode_utf8_lossy();
    let text = text.trim().trim_matches('"');
    let is_sentence = |text: &str| text.split_whitespace().nth(WORDS - 1).is_some();
    let texts: Vec<String> = match text.as_bytes().first() {
        Some(b'[') => json::elements_of(text).into_iter().filter(|message| !is_pleasant(message)).flat_map(in_json).collect(),
        Some(b'{') if is_pleasant(text) => Vec::new(),
        Some(b'{') => in_json(text),
        _ if cookie.value.contains('=') => leaves::of_parameters(cookie.value).into_iter().map(|leaf| leaf.text.into_owned()).collect(),
        _ => vec![text.to_owned()],
    };
    let shown = texts.iter().flat_map(|text| page::texts(text)).map(|(shown, _)| shown);
    shown.filter(|shown| is_sentence(shown)).collect()
}

/// Whether a message is of a kind that refuses nothing.
fn is_pleasant(message: &str) -> bool {
    let is_kind = |name: &str| ["type", "level", "status", "kind", "severity", "class"].contains(&name);
    let mut is_it = false;
    let _ = json::each_member(message, &mut |name, value| {
        is_it |= is_kind(name) && PLEASANT.iter().any(|kind| value.trim_matches('"').eq_ignore_ascii_case(kind));
    });
    is_it
}

fn in_json(message: &str) -> Vec<String> {
    leaves::of_message(message).into_iter().filter(|leaf| !leaf.is_flag).map(|leaf: Leaf<'_>| leaf.text.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "account-disabled";

    fn login(cookie: &str) -> String {
        format!(
            "~ kind document\n> POST https://shop.test/account/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 302 Found\n< Location: /account/login\n< Set-Cookie: {cookie}; Path=/\n\n~ kind document\n> GET https://shop.test/account/login\n< 200 OK\n< Content-Type: text/html\n<\n< <form method=post><input name=user><input type=password name=password></form>\n"
        )
    }

    #[test]
    fn reads_what_a_login_leaves_in_a_cookie_for_a_script() {
        for cookie in [
            "notes={percent [{\"type\":\"error\",\"text\":\"This account is disabled. <a href='/help'>Ask us</a>\"}]}",
            "toast={percent {\"level\":\"danger\",\"message\":\"Your account has been deactivated\"}}",
            "flash=Your%20account%20is%20disabled.",
            "flash=error=Your+account+is+disabled.",
        ] {
            reports(ID, &login(cookie));
        }
    }

    #[test]
    fn passes_over_what_no_script_reads_and_what_refuses_nothing() {
        for cookie in [
            "flash=Your%20account%20is%20disabled.; HttpOnly",
            "notes={percent [{\"type\":\"success\",\"text\":\"This account is disabled.\"}]}",
            "consent={percent {\"account\":false,\"disabled\":[\"ads\"]}}",
            "state=account%2Fdisabled",
        ] {
            is_silent(ID, &login(cookie));
        }
        // What a page leaves that is no answer to a login is about other things.
        let page = "~ kind document\n> GET https://shop.test/\n< 200 OK\n< Set-Cookie: flash=Your%20account%20is%20disabled.\n\n";
        is_silent(ID, page);
    }
}
