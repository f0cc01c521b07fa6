//! Authorization codes that the page to which a provider led somebody hands on to a server of its own, which redeems them.

use super::lists::key;
use super::{Record, Session};
use crate::facts::messages::{Message, MessageKind, SHORTEST_CODE};
use crate::facts::renewal::sent;
use crate::facts::tokens::Carrier;
use crate::facts::{Fingerprint, Purpose};
use crate::limits;
use crate::site::Site;

/// Equal calls, before and after one, among which one that hands on the same code is looked for.
const AGAIN: usize = 8;

/// Exchanges after the answer with a code among which the call that it logs somebody in by is looked for.
const TAKERS: usize = 32;

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

    /// Whether a code that was handed on is refused, and nobody else takes it: some pages send theirs twice, to several servers, or
    /// report the address with it.
    pub(super) fn is_code_refused(&self, at: usize, record: &Record) -> bool {
        let is_refused = match record.exchange.status() {
            400..=599 => true,
            200..=299 => record.facts.outcome.is_error,
            _ => false,
        };
        let Some(answer) = is_refused.then(|| self.hands_on_code(at)).flatten() else { return false };
        let is_taken = |at: usize, other: &Record| other.was_accepted() && self.hands_on_code(at) == Some(answer);
        let mut equal = self.of_request(&record.exchange).around(at).at_most(AGAIN, AGAIN);
        let mut others = self.in_order().on_from(answer).at_most(0, TAKERS);
        !equal.any(|(at, other)| is_taken(at, other)) && !others.any(|(at, other)| self.logs_in_from(answer, other) && is_taken(at, other))
    }

    /// Whether an answer brings what could carry the login of the page to which a code was brought. What only counts visitors takes
    /// any address, and may set a cookie of its own.
    fn logs_in_from(&self, answer: usize, other: &Record) -> bool {
        let is_of_page = || self.record(answer).and_then(Record::callback_site).zip(other.site()).is_some_and(|(page, own)| page == own);
        other.facts.hands_out_access() || other.secrets_set().next().is_some() && is_of_page()
    }
}

impl Record {
    /// The site to which an answer with a code leads, or which got it.
    fn callback_site(&self) -> Option<Site<'_>> {
        self.redirect_site().or_else(|| self.site())
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

    #[test]
    fn a_code_that_logs_somebody_in_elsewhere_was_not_refused() {
        let sent = |address: &str, answer: &str| {
            hands_on("{\"ticket\":\"{secret c 40}\"}", answer).replace("https://api.desk.test/v2/session", address) + "\n"
        };
        let sets = "200 OK\n< Set-Cookie: sid={secret s 40}; HttpOnly; Secure";
        let gives = "200 OK\n< Content-Type: application/json\n<\n< {\"access_token\":\"{secret t 40}\",\"token_type\":\"Bearer\"}";
        let enters = [sent("https://desk.test/enter", sets), sent("https://api.desk.test/v3/session", sets)];
        let beside =
            [sent("https://errors.test/report", "500 Internal Server Error"), sent("https://desk.test/v1/session", "404 Not Found")];
        for (refused, taken) in beside.iter().flat_map(|refused| enters.iter().map(move |taken| (refused, taken))) {
            is_healthy(&(back("c") + refused + taken));
            is_healthy(&(back("c") + taken + refused));
        }
        let token = format!(
            "~ kind fetch\n> POST https://id.test/exchange\n> Origin: https://desk.test\n> Content-Type: application/json\n>\n> {{\"ticket\":\"{{secret c 40}}\"}}\n< {}\n\n",
            gives.replace("200 OK", "200 OK\n< Access-Control-Allow-Origin: https://desk.test")
        );
        is_healthy(&(back("c") + &beside[0] + &token));
    }

    #[test]
    fn who_only_counts_visitors_lets_nobody_in() {
        let refused = hands_on("{\"ticket\":\"{secret c 40}\"}", "400 Bad Request") + "\n";
        let counts = |answer: &str| refused.replace("api.desk.test/v2/session", "count.test/visit").replace("400 Bad Request", answer);
        for other in [
            counts("204 No Content"),
            counts("200 OK\n< Set-Cookie: uid={secret u 40}; Secure; SameSite=None"),
            refused.replace("v2/session", "seen").replace("400 Bad Request", "204 No Content"),
            refused
                .replace("secret c", "secret d")
                .replace("v2/session", "enter")
                .replace("400 Bad Request", "200 OK\n< Set-Cookie: sid={secret s 40}"),
        ] {
            assert!(!diagnose(&(back("c") + &other + &refused)).failures.is_empty(), "{other}");
            assert!(!diagnose(&(back("c") + &refused + &other)).failures.is_empty(), "{other}");
        }
    }
}
