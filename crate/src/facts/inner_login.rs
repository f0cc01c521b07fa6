//! What a server that fails says of a login of its own: at its database, its directory, its mail server.

use crate::exchange::Exchange;
use crate::facts::renewal::sent;
use crate::place::Place;

/// Whether an answer by 500 that speaks of a refused password may speak of the server's own: what it says is worded by something
/// behind the server, or names a user whom nobody sent.
#[must_use]
pub fn may_be_of_the_servers_own_login(exchange: &Exchange, said: &Place) -> bool {
    let Place::ResponseBody(span) = said else { return false };
    if exchange.status() != 500 {
        return false;
    }
    let line = line_around(exchange.response_text(), span.start);
    is_worded_behind(line) || named_user(line).is_some_and(|user| !sends(exchange, user))
}

/// The line of a text, or the text between two tags of a page, in which a position stands.
fn line_around(text: &str, at: usize) -> &str {
    const ENDS: [char; 3] = ['<', '>', '\n'];
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let begin = before.rfind(ENDS).map_or(0, |end| end + 1);
    let end = after.find(ENDS).map_or(text.len(), |end| before.len() + end);
    text.get(begin..end).unwrap_or_default()
}

/// Whether a line bears the name or the code of a protocol that servers speak with what stands behind them.
fn is_worded_behind(line: &str) -> bool {
    let is_protocol = |word: &str| PROTOCOLS.iter().any(|known| word.eq_ignore_ascii_case(known));
    let is_code = |word: &str| CODES.contains(&word) || is_mail_status(word);
    line.split(|sign: char| !sign.is_alphanumeric()).any(is_protocol)
        || line.split(|sign: char| !sign.is_alphanumeric() && sign != '.' && sign != '-').any(is_code)
}

/// Protocols and interfaces of directories, databases and mail servers.
const PROTOCOLS: [&str; 9] = ["imap", "jdbc", "ldap", "ldaps", "odbc", "radius", "smtp", "sqlstate", "starttls"];

/// Codes by which such servers refuse a login: of Redis' RESP, of Oracle, of SQLSTATE's class 28 (ISO 9075), of Active Directory.
const CODES: [&str; 7] = ["28000", "28P01", "AcceptSecurityContext", "NOAUTH", "NOPERM", "ORA-01017", "WRONGPASS"];

/// RFC 3463 3.8: a mail server's status about security.
fn is_mail_status(word: &str) -> bool {
    word.strip_prefix("5.7.").is_some_and(|detail| !detail.is_empty() && detail.bytes().all(|digit| digit.is_ascii_digit()))
}

/// The user whom a line names in quotation marks.
fn named_user(line: &str) -> Option<&str> {
    const MARKS: [char; 3] = ['"', '\'', '`'];
    // In JSON a quotation mark is written behind a backslash.
    let begins = |rest: &str| rest.trim_start_matches('\\').starts_with(MARKS);
    let after = ["user ", "role ", "login "].iter().find_map(|word| line.split(word).skip(1).find(|rest| begins(rest)))?;
    let user = after.trim_start_matches('\\').trim_start_matches(MARKS).split(MARKS).next()?.trim_end_matches('\\');
    (!user.is_empty()).then_some(user)
}

/// Whether a user is among what a request sends, with or without a domain; where it is not to be seen, it may be.
fn sends(exchange: &Exchange, user: &str) -> bool {
    let sent = sent(exchange);
    let is_it = |value: &str| value.len() >= user.len() && value.to_lowercase().contains(&user.to_lowercase());
    let is_part = |value: &str| !value.is_empty() && user.to_lowercase().contains(&value.to_lowercase());
    sent.is_empty() || sent.iter().any(|(_, value)| is_it(value) || is_part(value))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, reports};
    use crate::finding::Certainty;

    fn refused(sent: &str, status: &str, says: &str) -> String {
        format!("> POST https://app.test/login\n>\n> {sent}\n< {status}\n< Content-Type: text/html\n<\n< <h1>Error</h1><p>{says}</p>\n")
    }

    const FAILED: &str = "500 Internal Server Error";

    fn root(text: &str) -> (&'static str, Certainty) {
        let cause = &diagnose(text).failures[0].causes[0];
        (cause.id, cause.certainty)
    }

    #[test]
    fn the_servers_own_password_is_not_the_visitors() {
        for says in [
            "SMTP error: 535 5.7.8 Authentication failed: wrong username or password",
            "5.7.3 invalid username or password",
            "ORA-01017: invalid username/password; logon denied",
            "WRONGPASS invalid username-password pair",
            "LDAP: invalid credentials (49)",
            "SQLSTATE[28P01] password authentication failed",
            "FATAL: password authentication failed for user \"web\"",
            "Invalid password for user 'wiki'@'10.0.0.7'",
        ] {
            let text = refused("user=kurt&password=secret7", FAILED, says);
            assert_eq!(root(&text), ("auth-backend-unavailable", Certainty::Possible), "{says}");
            reports("auth-backend-unavailable", &text);
            let json = text.replace("<h1>Error</h1><p>", "{\"message\":\"").replace("</p>", "\"}").replace("text/html", "application/json");
            assert_eq!(root(&json.replace("user \"web\"", "user \\\"web\\\"")).0, "auth-backend-unavailable", "{says}");
        }
    }

    #[test]
    fn a_refusal_of_who_asks_stays_one() {
        let sent = "user=kurt&password=secret7";
        for (status, says) in [
            (FAILED, "The password is incorrect."),
            (FAILED, "Invalid password for user 'kurt'"),
            (FAILED, "Invalid password for user \"CORP\\kurt\""),
            ("401 Unauthorized", "Invalid password for user \"web\""),
            ("401 Unauthorized", "LDAP: invalid credentials (49)"),
        ] {
            let (id, certainty) = root(&refused(sent, status, says));
            assert_eq!((id, certainty >= Certainty::Likely), ("wrong-credentials", true), "{says}");
        }
    }
}
