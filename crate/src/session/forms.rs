//! Which forms ask for a password, by the pages that show them: what the password is called there, so that the
//! form is known when it comes, and which redirect led to it. Names and addresses differ from one application
//! to the next; that a page asks for one password and its form brings it does not.

use std::collections::{HashMap, HashSet};

use super::{Record, Session};
use crate::exchange::Exchange;
use crate::facts::parameters::Parameters;
use crate::facts::{Facts, Purpose};
use crate::site::Site;
use crate::syntax::hidden_fields;
use crate::time::Time;

/// What pages told of their forms.
#[derive(Default)]
pub struct Forms {
    /// By the site of the page: when it was asked for, and what the password is called.
    passwords: HashMap<Box<str>, Vec<(Time, Box<str>)>>,
    /// Positions of redirects to such a page.
    leading: HashSet<usize>,
}

impl Forms {
    /// Whether an exchange sends what an earlier page of its site asked for as the one password.
    pub fn brings_password(&self, exchange: &Exchange, facts: &Facts) -> bool {
        if &*exchange.method == "GET" || !matches!(facts.purpose, Purpose::Page | Purpose::Api) {
            return false;
        }
        let Some(known) = Site::of(&exchange.url).and_then(|site| self.passwords.get(site.domain)) else { return false };
        let parameters = Parameters::of(exchange);
        let is_sent = |name: &str| parameters.content.pairs.iter().any(|pair| pair.name == name);
        known.iter().any(|(shown, name)| *shown < exchange.started && is_sent(name))
    }

    /// Whether the exchange at a position is a redirect to such a page.
    pub fn is_led_to_by(&self, at: usize) -> bool {
        self.leading.contains(&at)
    }

    /// Takes the name of a page's one password; where there are several, a new one is chosen.
    fn take(&mut self, record: &Record) -> bool {
        let mut names = hidden_fields::passwords(record.exchange.response_text());
        let (Some(name), None, Some(site)) = (names.next(), names.next(), Site::of(&record.exchange.url)) else { return false };
        let known = self.passwords.entry(site.domain.into()).or_default();
        match known.iter_mut().find(|(_, known)| **known == *name) {
            Some((shown, _)) if *shown <= record.exchange.started => return false,
            Some((shown, _)) => *shown = record.exchange.started,
            None => known.push((record.exchange.started, name.into())),
        }
        true
    }
}

impl Session {
    /// Learns of the forms of an exchange that was taken in. The positions of those that look different for it.
    pub(super) fn learn_forms(&mut self, at: usize) -> Vec<usize> {
        let Some(record) = self.records.get(at) else { return Vec::new() };
        let is_page = asks_for_password(record);
        let redirect = if is_page { self.redirected_from(at) } else { Some(at) };
        let leads_on = |at: usize| {
            let next = self.next_hop(at);
            next.and_then(|next| self.records.get(next)).is_some_and(asks_for_password)
        };
        let is_news =
            |redirect: &usize| self.records.get(*redirect).is_some_and(|record| !record.redirects_to_sign_in()) && leads_on(*redirect);
        let mut others: Vec<usize> = redirect.filter(is_news).into_iter().collect();
        self.forms.leading.extend(&others);
        if is_page && self.forms.take(record) {
            let brings = |(_, other): &(usize, &Record)| self.forms.brings_password(&other.exchange, &other.facts);
            others.extend(self.in_order().on_from(at).filter(brings).map(|(other, _)| other));
        }
        others
    }
}

/// Whether a page has an input for a password: a style sheet or a script may speak of one.
fn asks_for_password(record: &Record) -> bool {
    record.shows_sign_in_form() && hidden_fields::passwords(record.exchange.response_text()).next().is_some()
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, reports};
    use crate::diagnosis::Input;
    use crate::redact::Redactor;
    use crate::session::{Profile, Session};

    const PAGE: &str = "~ kind document\n> GET http://app.test/bavo\n< 200 OK\n<\n< <form method=post><input name=duki><input type=password name=tero></form>\n\n";

    fn post(answer: &str) -> String {
        format!(
            "~ kind document\n> POST http://app.test/bavo\n> Content-Type: application/x-www-form-urlencoded\n>\n> duki=alice&tero=wonder\n< {answer}\n\n"
        )
    }

    #[test]
    fn a_form_is_known_by_the_page_that_shows_it() {
        let home = "~ kind document\n> GET http://app.test/home\n< 302 Found\n< Location: /bavo\n\n";
        let login = PAGE.to_owned() + &post("303 See Other\n< Set-Cookie: kima={secret k 30}; Secure\n< Location: /home") + home + PAGE;
        assert_eq!(diagnose(&login).failures.first().map(|failure| failure.causes[0].id), Some("cookie-rejected-secure"), "{login}");
        reports("wrong-credentials", &(PAGE.to_owned() + &post("200 OK\n<\n< No. <form><input type=password name=tero></form>")));
    }

    #[test]
    fn who_chooses_a_password_does_not_log_in() {
        let page = PAGE.replace("</form>", "<input type=password name=again></form>");
        is_healthy(&(page.clone() + &post("200 OK\n<\n< They differ. <form><input type=password name=tero></form>")));
    }

    #[test]
    fn a_page_that_arrives_late_tells_the_same() {
        let told = |order: [usize; 2]| {
            let text = PAGE.to_owned() + &post("200 OK\n<\n< No. <form><input type=password name=tero></form>");
            let exchanges = crate::capture::notation::parse(&text).unwrap();
            let mut session = Session::new(Profile::chrome());
            for at in order {
                session.push(exchanges[at].clone());
            }
            serde_json::to_string(&session.diagnose(Input::default(), &mut Redactor::default())).unwrap()
        };
        assert_eq!(told([0, 1]), told([1, 0]));
    }
}
