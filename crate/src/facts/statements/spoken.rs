//! Where an answer says in its own words that it refuses, whether they are understood or not.

use super::{Statement, Voice, is_identifier, leaves, page, scripts};
use crate::exchange::Exchange;
use crate::facts::Facts;
use crate::limits;
use crate::place::Place;

/// The place of what the server says: what was understood before what was not, a sentence before a code.
#[must_use]
pub fn spoken(exchange: &Exchange, facts: &Facts) -> Option<Place> {
    let in_words = |statement: &&Statement| matches!(statement.voice, Voice::Sentence | Voice::Page);
    let understood = facts.statements.iter().find(in_words).or_else(|| facts.statements.first());
    understood.map(|statement| statement.place.clone()).or_else(|| if exchange.status() >= 400 { unread(exchange, facts) } else { None })
}

fn unread(exchange: &Exchange, facts: &Facts) -> Option<Place> {
    let described = facts.challenges.iter().find(|challenge| challenge.param("error_description").is_some_and(|text| !text.is_empty()));
    if let Some(challenge) = described {
        return Some(Place::Received("www-authenticate", challenge.field));
    }
    let text = limits::beginning(exchange.response_text(), limits::STATEMENT_CONTENT);
    let texts: Vec<(String, std::ops::Range<usize>)> = match text.trim_start().as_bytes().first()? {
        b'{' | b'[' => {
            leaves::of_json(text, true).into_iter().filter(|leaf| !leaf.is_flag).map(|leaf| (leaf.text.into(), leaf.span)).collect()
        }
        b'<' if text.trim_start().starts_with("<?xml") => {
            leaves::of_xml(text).into_iter().map(|leaf| (leaf.text.into(), leaf.span)).collect()
        }
        b'<' => scripts::shown(text).into_iter().chain(page::texts(text)).collect(),
        _ if text.len() <= limits::STATEMENT_TEXT => vec![(text.trim().to_owned(), 0..text.len())],
        _ => Vec::new(),
    };
    let has_words = |text: &str| text.chars().any(char::is_alphabetic) && text.len() <= limits::STATEMENT_TEXT && !text.contains("://");
    let spoken = texts.iter().filter(|(text, _)| has_words(text));
    let sentence = spoken.clone().find(|(text, _)| !is_identifier(text));
    sentence.or_else(|| spoken.clone().next()).map(|(_, span)| Place::ResponseBody(span.clone()))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::diagnose;

    fn says(answer: &str) -> Option<String> {
        let diagnosis =
            diagnose(&format!("~ kind fetch\n> GET https://api.test/me\n> Authorization: Bearer {{secret t 20}}\n< {answer}\n"));
        diagnosis.failures.into_iter().next().and_then(|failure| failure.server_says).map(|said| said.quote)
    }

    #[test]
    fn quotes_what_is_understood_and_what_is_not() {
        for (answer, quote) in [
            ("401 Unauthorized\n<\n< {\"code\":4711,\"message\":\"Your token has expired\"}", "Your token has expired"),
            ("401 Unauthorized\n<\n< {\"code\":\"E17\",\"message\":\"The gate is shut today\"}", "The gate is shut today"),
            ("403 Forbidden\n<\n< <html><head><title>No entry</title></head><body><p>Ask at the desk</p></body></html>", "No entry"),
            ("403 Forbidden\n<\n< Ask at the desk", "Ask at the desk"),
        ] {
            assert_eq!(says(answer).as_deref(), Some(quote), "{answer}");
        }
    }

    #[test]
    fn quotes_nothing_of_a_silent_answer() {
        assert_eq!(says("401 Unauthorized\n<\n< {\"code\":4711}"), None);
        assert_eq!(says("401 Unauthorized"), None);
    }
}
