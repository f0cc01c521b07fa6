//! Authorization codes that the page to which a provider led somebody hands on to a server of its own, which redeems them.

use super::lists::key;
use super::{Record, Session};
use crate::facts::messages::{Message, MessageKind, SHORTEST_CODE};
use crate::facts::renewal::sent;
use crate::facts::tokens::Carrier;
use crate::facts::{Fingerprint, Purpose};
use crate::limits;

/// Equal calls, before and after one, among which one that hands on the same code is looked for.
const AGAIN: usize = 8;

impl Session {
    /// Position of the provider's answer whose authorization code a script's call hands on, whatever the call is named: for
    /// whoever logs in, it is the callback.
    #[must_use]
    pub fn hands_on_code(&self, at: usize) -> Option<usize> {
        let record = self.record(at)?;
        if !record.exchange.kind.is_by_script() || !matches!(record.facts.purpose, Purpose::Api | Purpose::SignIn) {
            return None;
        }
        let is_whole = |value: &str| value.len() >= SHORTEST_CODE;
        let content = sent(&record.exchange).into_iter().map(|(_, value)| value.into_string());
        let query = record.exchange.url.query_pairs().map(|(_, value)| value.into_owned());
        content.chain(query).filter(|value| is_whole(value)).find_map(|value| self.answer_with(at, Fingerprint::of(&value)))
    }

    /// Position of the latest page or answer before that brought this code.
    fn answer_with(&self, at: usize, code: Fingerprint) -> Option<usize> {
        let brings = |other: &Record, message: &Message| {
            // A link in a mail brings a code as well, and so does an answer to a script.
            let is_led_back = matches!(message.carrier, Carrier::LocationQuery | Carrier::LocationFragment);
            let is_answer = is_led_back || other.facts.purpose == Purpose::Callback && !other.exchange.kind.is_by_script();
            message.kind == MessageKind::AuthorizationResponse
                && is_answer
                && message.link("code").is_some_and(|theirs| theirs.is_surely(code))
        };
        let mut before = self.list(key("code", code)).back_from(at).take(limits::SIGN_IN_STEPS);
        before.find(|(_, other)| other.facts.messages.iter().any(|message| brings(other, message))).map(|(at, _)| at)
    }

    /// Whether a code that was handed on is refused, and no equal call brought it to its end: some pages send theirs twice.
    pub(super) fn is_code_refused(&self, at: usize, record: &Record) -> bool {
        let is_refused = match record.exchange.status() {
            400..=599 => true,
            200..=299 => record.facts.outcome.is_error,
            _ => false,
        };
        let Some(answer) = is_refused.then(|| self.hands_on_code(at)).flatten() else { return false };
        let is_redeemed = |at: usize, other: &Record| other.was_accepted() && self.hands_on_code(at) == Some(answer);
        !self.of_request(&record.exchange).around(at).at_most(AGAIN, AGAIN).any(|(at, other)| is_redeemed(at, other))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "oauth-code-rejected";

    fn back(code: &str) -> String {
        format!(
            "~ kind document\n> GET https://desk.test/sso/return?code={{secret {code} 40}}&state=s\n< 200 OK\n<\n< <div id=app></div>\n\n"
        )
    }

    fn hands_on(body: &str, answer: &str) -> String {
        format!(
            "~ kind fetch\n> POST https://api.desk.test/v2/session\n> Origin: https://desk.test\n> Content-Type: application/json\n>\n> {body}\n< {answer}\n< Access-Control-Allow-Origin: https://desk.test\n< Content-Type: application/json\n"
        )
    }

    #[test]
    fn a_code_that_a_page_hands_on_and_nobody_takes_fails_the_login() {
        let says = "<\n< {\"errors\":[{\"message\":\"The authorization code has expired\"}]}\n\n";
        let refused = |status: &str, words: &str| hands_on("{\"authCode\":\"{secret c 40}\",\"via\":\"corp\"}", status) + words;
        for status in ["400 Bad Request", "401 Unauthorized", "422 Unprocessable Content", "500 Internal Server Error"] {
            reports(ID, &(back("c") + &refused(status, says)));
        }
        reports(ID, &(back("c") + &refused("400 Bad Request", "\n")));
        is_silent(ID, &(back("c").replace("&state=s", "") + &refused("400 Bad Request", says)));
        // One that came from nowhere is some other code, and whoever gets in by the next lacks nothing.
        is_silent(ID, &refused("400 Bad Request", "\n"));
        is_silent(ID, &(back("d") + &refused("400 Bad Request", "\n")));
        let taken = hands_on("{\"authCode\":\"{secret d 40}\",\"via\":\"corp\"}", "200 OK") + "<\n< {\"name\":\"Ann\"}\n\n";
        let again = diagnose(&format!("{}{}{}{taken}", back("c"), refused("400 Bad Request", says), back("d")));
        assert!(again.failures.iter().all(|failure| failure.recovered_by.is_some()));
    }

    #[test]
    fn what_is_called_a_login_with_a_code_is_no_password() {
        let sent = |answer: &str| hands_on("{\"code\":\"{secret c 40}\",\"provider\":\"corp\"}", answer).replace("v2/session", "login");
        for words in ["invalid_grant", "Invalid code", "Login failed", "Unauthorized"] {
            reports(ID, &format!("{}{}<\n< {{\"error\":\"{words}\"}}\n\n", back("c"), sent("401 Unauthorized")));
        }
        let password = sent("401 Unauthorized").replace("{secret c 40}", "{secret d 40}") + "\n";
        is_silent(ID, &(back("c") + &password));
    }

    #[test]
    fn a_code_that_was_taken_the_first_time_fails_nobody() {
        let sent = |answer: &str| hands_on("{\"code\":\"{secret c 40}\"}", answer) + "\n";
        is_healthy(&(back("c") + &sent("200 OK") + &sent("400 Bad Request")));
        is_healthy(&(back("c") + &sent("200 OK")));
    }

    #[test]
    fn a_cookie_of_another_host_is_not_why_a_code_is_no_good() {
        let provider = "~ kind document\n> POST https://id.test/enter\n>\n> user=a&password=b\n< 302 Found\n< Location: https://desk.test/sso/return?code={secret c 40}&state=s\n< Set-Cookie: sid={secret s 40}; HttpOnly\n\n";
        let refused =
            |words: &str| hands_on("{\"code\":\"{secret c 40}\"}", "400 Bad Request") + "<\n< {\"message\":\"" + words + "\"}\n\n";
        is_silent("cookie-not-sent-host", &(provider.to_owned() + &back("c") + &refused("PKCE: code verifier is invalid")));
        reports(ID, &(provider.to_owned() + &back("c") + &refused("PKCE: code verifier is invalid")));
        is_silent(ID, &(provider.to_owned() + &back("c") + &refused("State does not match")));
    }
}
