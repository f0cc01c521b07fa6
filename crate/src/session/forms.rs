//! Which forms ask for a password, by the pages that show them: what the password is called there, so that the
//! form is known when it comes, at which addresses they stand, and which redirect led to one. Names and addresses
//! differ from one application to the next; that a page asks for one password and its form brings it does not.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::calls::bears_secret;
use super::lists::key;
use super::{Record, Session, Walk};
use crate::exchange::{Exchange, Kind};
use crate::facts::parameters::Parameters;
use crate::facts::randomness::is_secret;
use crate::facts::statements::{Claim, Statement, claim};
use crate::facts::tokens::is_tracker_name;
use crate::facts::{Facts, Fingerprint, Purpose, sends_password};
use crate::site::{Site, is_same_origin, origin_of};
use crate::syntax::form::{Pair, is_password_name};
use crate::syntax::hidden_fields;
use crate::time::Time;

/// What pages told of their forms.
#[derive(Default)]
pub struct Forms {
    /// By the site of the page: when it was asked for, and what the password is called.
    passwords: HashMap<Box<str>, Vec<(Time, Box<str>)>>,
    /// Where people log in: places whose page asked for a password, or from which one was sent.
    doors: HashSet<Fingerprint>,
    /// Places that showed something else: a page that only has the form beside its content, for example.
    others: HashSet<Fingerprint>,
    /// Places whose form asks for a name alone and leads to the page for the password.
    first_steps: HashSet<Fingerprint>,
    /// Where redirects lead, by their position, as far as pages tell.
    leading: HashMap<usize, Leads>,
    /// Positions of forms whose page is hidden, and of calls, which are logins by what they open.
    opening: HashSet<usize>,
}

/// What stands where a redirect leads, as the pages of the session show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// A page that asks for a password.
    ToForm,
    /// A page that does not.
    Elsewhere,
    /// A step that bears what the login brought, and leads on.
    Through,
}

/// Redirects to a place, before and after, that are looked at.
const NEAR: usize = 16;

/// An address without its query, which tells a page what to say and where to go on. Where all pages stand at the root, the
/// first of its parameters says which one it is.
pub(super) fn place(url: &Url) -> Fingerprint {
    let place = Fingerprint::of(&origin_of(url)).and(url.path().as_bytes());
    let route = url.query().and_then(|query| query.split('&').next()).filter(|_| matches!(url.path(), "/" | "/index.php"));
    route.map_or(place, |route| place.and(b"?").and(route.as_bytes()))
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
        // Who sends a new one as well changes a password; what is made of it does not count.
        let is_one = |name: &str| (is_password_name(name) || known.iter().any(|(_, known)| **known == *name)) && !is_made_of_one(name);
        let is_only = || parameters.content.pairs.iter().filter(|pair| is_one(&pair.name)).count() <= 1;
        known.iter().any(|(shown, name)| *shown < exchange.started && is_sent(name)) && is_only()
    }

    /// Whether what was submitted there is a login by what it opens.
    pub fn opens(&self, at: usize) -> bool {
        self.opening.contains(&at)
    }

    /// Whether a login's form is sent with nothing in the place of the password.
    fn lacks_password(&self, exchange: &Exchange) -> bool {
        let known = Site::of(&exchange.url).and_then(|site| self.passwords.get(site.domain));
        let is_known =
            |name: &str| known.is_some_and(|known| known.iter().any(|(shown, known)| **known == *name && *shown < exchange.started));
        let parameters = Parameters::of(exchange);
        let mut passwords = parameters.content.pairs.iter().filter(|pair| is_password_name(&pair.name) || is_known(&pair.name)).peekable();
        // What stands in another field may be the proof in its place.
        let brings_other = || parameters.content.pairs.iter().any(|pair| is_secret(&pair.value));
        passwords.peek().is_some() && passwords.all(|pair| pair.value.is_empty()) && !brings_other()
    }

    /// Where the redirect at a position leads.
    pub fn led_to_by(&self, at: usize) -> Option<Leads> {
        self.leading.get(&at).copied()
    }

    /// Notes what stands at the address of a page, and the page from which a login was sent; what is new.
    fn learn_places(&mut self, record: &Record) -> Vec<Fingerprint> {
        let here = place(&record.exchange.url);
        let mut learnt = Vec::new();
        if shows_page(record) && &*record.exchange.method == "GET" {
            let is_new = if asks_for_password(record) { self.doors.insert(here) } else { self.others.insert(here) };
            learnt.extend(is_new.then_some(here));
        }
        // Whoever is sent on with what they wanted is to come back with it: people log in there.
        let door = record.redirect_target().filter(|target| takes_along(record, target)).map(place);
        learnt.extend(door.filter(|door| self.doors.insert(*door)));
        let sender = record.exchange.sent("referer").filter(|_| record.facts.purpose == Purpose::SignIn);
        let sender = sender.and_then(|sender| Url::parse(sender).ok()).filter(|sender| sender.path() != "/");
        learnt.extend(sender.map(|sender| place(&sender)).filter(|sender| self.doors.insert(*sender)));
        learnt.extend(first_step(record).map(|page| place(&page)).filter(|page| self.first_steps.insert(*page)));
        learnt
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
    /// Whether nothing that was sent is called a password, and only what it opens shows that it is a login.
    #[must_use]
    pub(crate) fn is_login_by_what_it_opens(&self, at: usize) -> bool {
        self.forms.opens(at) && self.record(at).is_some_and(|record| !sends_password(&record.exchange))
    }

    /// Whether a form was sent without a password, and the answer has nothing but that against it: nobody tried to log in.
    /// Where the answer speaks of wrong credentials, a password may have been taken out of the capture.
    pub(super) fn is_sent_without_password(&self, record: &Record) -> bool {
        let names_a_cause = |statement: &Statement| matches!(claim(statement.pair), Claim::Cause(_));
        matches!(record.exchange.status(), 400 | 422)
            && record.facts.purpose == Purpose::SignIn
            && record.facts.messages.is_empty()
            && !record.facts.statements.iter().any(names_a_cause)
            && self.forms.lacks_password(&record.exchange)
    }

    /// Learns of the forms of an exchange that was taken in. The positions of those that look different for it.
    pub(super) fn learn_forms(&mut self, at: usize) -> Vec<usize> {
        let Some(record) = self.records.get(at) else { return Vec::new() };
        let mut others = Vec::new();
        if asks_for_password(record) && self.forms.take(record) {
            let brings = |(_, other): &(usize, &Record)| self.forms.brings_password(&other.exchange, &other.facts);
            others.extend(self.in_order().on_from(at).filter(brings).map(|(other, _)| other));
        }
        let opening = self.learn_openings(at);
        let Some(record) = self.records.get(at) else { return others };
        let mut learnt = self.forms.learn_places(record);
        let of_pages = opening.iter().filter_map(|at| self.records.get(*at)).filter(|record| record.exchange.kind == Kind::Document);
        let places = of_pages.map(|record| place(&record.exchange.url));
        learnt.extend(places.filter(|place| self.forms.doors.insert(*place)));
        others.extend(opening);
        let mut redirects: Vec<usize> = learnt.into_iter().flat_map(|place| self.redirects_to(place)).map(|(at, _)| at).collect();
        redirects.extend(self.redirected_from(at));
        redirects.push(at);
        redirects.retain(|redirect| self.learn_where_leads(*redirect));
        // Where one step leads tells of the step before.
        let before: Vec<usize> = redirects.iter().filter_map(|redirect| self.redirected_from(*redirect)).collect();
        others.extend(redirects);
        others.extend(before);
        others
    }

    /// Learns where a redirect leads by what is known now; whether that is news.
    pub(super) fn learn_where_leads(&mut self, redirect: usize) -> bool {
        let leads = self.leads(redirect);
        let is_new = leads != self.forms.led_to_by(redirect);
        if is_new {
            self.forms.leading.remove(&redirect);
            self.forms.leading.extend(leads.map(|leads| (redirect, leads)));
        }
        is_new
    }

    /// Learns of calls, and of forms whose page is hidden, that they are logins; the positions of those.
    fn learn_openings(&mut self, at: usize) -> Vec<usize> {
        let mut found = self.logins_shown_by(at);
        found.extend(Some(at).filter(|at| self.is_shown_again(*at)));
        found.retain(|at| !self.forms.opens(*at));
        self.forms.opening.extend(&found);
        let Some(record) = self.records.get(at).filter(|record| record.exchange.kind == Kind::Document) else { return found };
        let before = self.redirects_to(place(&record.exchange.url)).around(at).at_most(NEAR, NEAR);
        let before = before.filter(|_| record.redirect_target().is_some());
        let new = |at: &usize| !self.forms.opens(*at) && self.is_opening(*at);
        let opened: Vec<usize> = std::iter::once(at).chain(before.map(|(before, _)| before)).filter(new).collect();
        self.forms.opening.extend(&opened);
        found.extend(opened);
        found
    }

    /// Whether a form is sent for nobody yet, and the answer says why nobody logs in, or that cookies are missing, beside the same form.
    fn is_shown_again(&self, at: usize) -> bool {
        let Some(record) = self.record(at).filter(|record| record.facts.purpose == Purpose::Page && asks_for_password(record)) else {
            return false;
        };
        let mut names = hidden_fields::passwords(record.exchange.response_text());
        let Some(name) = names.next().filter(|_| names.next().is_none()) else { return false };
        let parameters = Parameters::of(&record.exchange);
        let mut passwords = parameters.content.pairs.iter().filter(|pair| pair.name == name || is_password_name(&pair.name));
        let says_why =
            |statement: &Statement| statement.judges_login() || matches!(claim(statement.pair), Claim::Cause("cookies-disabled"));
        &*record.exchange.method == "POST"
            && passwords.next().is_some_and(|pair| !pair.value.is_empty())
            && passwords.next().is_none()
            && !bears_secret(record)
            && record.facts.statements.iter().any(says_why)
    }

    /// Whether a form whose page the capture hides hands out a secret and leads to a page that sends strangers to that
    /// very form.
    fn is_opening(&self, at: usize) -> bool {
        let Some(record) = self.record(at) else { return false };
        let exchange = &record.exchange;
        let here = place(&exchange.url);
        let is_hidden = !self.forms.doors.contains(&here) && !self.forms.others.contains(&here);
        let is_form = exchange.kind == Kind::Document && &*exchange.method == "POST" && record.facts.purpose == Purpose::Page && is_hidden;
        let Some(target) = record.redirect_target().filter(|_| is_form && record.secrets_set().next().is_some()) else { return false };
        let is_way_back = |other: &Record| {
            other.exchange.kind == Kind::Document && &*other.exchange.method == "GET" && place(&other.exchange.url) == place(target)
        };
        self.redirects_to(here).around(at).at_most(NEAR, NEAR).any(|(_, other)| is_way_back(other))
    }

    /// Redirects to a place, whatever the query.
    fn redirects_to(&self, place: Fingerprint) -> Walk<'_> {
        self.list(key("led to", place))
    }

    /// Where a redirect leads: the page that was shown then tells, else what stands at its address at other times.
    fn leads(&self, at: usize) -> Option<Leads> {
        let record = self.record(at)?;
        let target = record.redirect_target()?;
        let next = self.next_hop(at).and_then(|next| self.record(next));
        if next.is_some_and(|next| loses_login(record, next) || goes_on_by_script(record, next)) {
            return Some(Leads::Elsewhere);
        }
        // A program that asks step by step says in an answer of its own what comes next.
        if next.is_some_and(|next| next.exchange.status() == 200 && next.exchange.response_text().trim_start().starts_with('{')) {
            return Some(Leads::Elsewhere);
        }
        if let Some(next) = next.filter(|next| brings_login(record, next) && !asks_for_password(next)) {
            let leads_on = (300..400).contains(&next.exchange.status()) && !next.redirects_to_sign_in();
            return Some(if leads_on { Leads::Through } else { Leads::Elsewhere });
        }
        if next.is_some_and(|next| goes_through_itself(record, target, next)) {
            return Some(Leads::Elsewhere);
        }
        if let Some(next) = next.filter(|next| shows_page(next)) {
            // A page may speak of such an input without having one.
            let asks = asks_for_password(next) || self.forms.first_steps.contains(&place(&next.exchange.url));
            let leads = if asks { Leads::ToForm } else { Leads::Elsewhere };
            return (leads == Leads::ToForm || !next.shows_sign_in_form()).then_some(leads);
        }
        if self.is_portal(at, record, target) {
            return Some(Leads::ToForm);
        }
        let is_door = self.forms.doors.contains(&place(target)) && !self.forms.others.contains(&place(target));
        // Who logs in at a page that has more to show is sent back to it, with a cookie.
        let is_let_in = record.facts.purpose == Purpose::SignIn && !record.facts.set_cookies.is_empty();
        (is_door && !is_let_in && record.exchange.url.path() != target.path()).then_some(Leads::ToForm)
    }
}

impl Session {
    /// Whether a redirect leads to another origin at which somebody has logged in, and takes along the whole address that was
    /// asked for: a gate before the application sends people there.
    fn is_portal(&self, at: usize, record: &Record, target: &Url) -> bool {
        let (asked, origin) = (&record.exchange.url, target.origin());
        let brings_it = || target.query_pairs().any(|(_, value)| value == asked.as_str());
        let is_login_there = |other: &Record| other.facts.purpose == Purpose::SignIn && other.exchange.url.origin() == origin;
        let logins = || Site::of(target).map(|site| self.logins_of(site).back_from(at).at_most(NEAR, 0));
        origin != asked.origin() && brings_it() && logins().into_iter().flatten().any(|(_, other)| is_login_there(other))
    }
}

/// The page whose form was answered by one that asks for the password and remembers what was sent, the name.
fn first_step(record: &Record) -> Option<Url> {
    if &*record.exchange.method != "POST" || !shows_page(record) || !asks_for_password(record) {
        return None;
    }
    let page = Url::parse(record.exchange.sent("referer")?).ok()?;
    let is_other = is_same_origin(&page, &record.exchange.url) && page.path() != record.exchange.url.path() && page.path() != "/";
    let parameters = Parameters::of(&record.exchange);
    let remembered = hidden_fields::beside_password(record.exchange.response_text());
    // The same guard stands in every form of a page, and where to go on to in many.
    let is_kept = |pair: &Pair<'_>| {
        !pair.value.is_empty()
            && !is_secret(&pair.value)
            && parameters.content.pairs.iter().any(|sent| sent.name == pair.name && sent.value == pair.value)
    };
    (is_other && remembered.pairs.iter().any(is_kept)).then_some(page)
}

/// Whether a field holds what a page makes of a password, by its name.
fn is_made_of_one(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["hash", "md5", "sha", "enc", "crypt"].iter().any(|way| name.contains(way))
}

/// Whether a page's redirect within its origin takes along, as a parameter, what was asked for.
fn takes_along(record: &Record, target: &Url) -> bool {
    let exchange = &record.exchange;
    let is_page = exchange.kind == Kind::Document && &*exchange.method == "GET" && matches!(exchange.status(), 302 | 303 | 307);
    // Whoever is known is sent elsewhere for other reasons: to choose a place, to agree to terms, to wait.
    let is_stranger = record.facts.credentials.is_none() && record.facts.cookies.iter().all(|(name, _)| is_tracker_name(name));
    is_page && is_stranger && is_same_origin(target, &exchange.url) && remembers(&exchange.url, target)
}

/// Whether an address elsewhere names as a parameter what was asked for, so that somebody may come back to it.
pub(super) fn remembers(url: &Url, target: &Url) -> bool {
    let asked = url.as_str().get(origin_of(url).len() + 1..).unwrap_or_default();
    let is_it = |value: &str| value.trim_start_matches('/') == asked || value == url.as_str();
    !asked.is_empty() && target.path() != url.path() && target.query_pairs().any(|(_, value)| is_it(&value))
}

/// Whether the next request bears a secret by a name that nobody bore before the login, or goes on with another value than before.
fn brings_login(record: &Record, next: &Record) -> bool {
    let is_set = |name: &str, value: Fingerprint| record.facts.set_cookies.iter().any(|(set, new)| **set == *name && new.is_surely(value));
    let goes_on = (300..400).contains(&next.exchange.status()) && !next.redirects_to_sign_in();
    let is_new = |name: &str| match (record.facts.cookie(name), next.facts.cookie(name)) {
        (None, Some(_)) => true,
        (Some(before), Some(after)) => goes_on && !after.is_surely(before) && is_set(name, after),
        (_, None) => false,
    };
    matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback) && record.secrets_set().any(is_new)
}

/// Whether a login's form leads to its own address, which sends on to another page: to see there whether cookies come back.
fn goes_through_itself(record: &Record, target: &Url, next: &Record) -> bool {
    record.facts.purpose == Purpose::SignIn
        && target.path() == record.exchange.url.path()
        && next.redirect_target().is_some_and(|on| on.path() != target.path())
        && !next.redirects_to_sign_in()
}

/// Whether the next request lacks what the answer to a login brought: that it asks once more says nothing of the
/// password then.
fn loses_login(record: &Record, next: &Record) -> bool {
    let is_lost = |name: &str| next.facts.cookie(name).is_none();
    record.facts.purpose == Purpose::SignIn && !next.exchange.unseen.cookies && record.secrets_set().any(is_lost)
}

/// Whether a script that logged in is sent on with a cookie to an answer that is no error, at the address of the
/// next step.
fn goes_on_by_script(record: &Record, next: &Record) -> bool {
    record.exchange.kind != Kind::Document
        && !record.facts.set_cookies.is_empty()
        && next.exchange.status() == 200
        && next.exchange.response_text().trim_start().starts_with('{')
        && next.was_accepted()
}

/// Whether the content of a page was captured.
fn shows_page(record: &Record) -> bool {
    record.exchange.kind == Kind::Document && record.exchange.status() == 200 && !record.exchange.response_text().trim().is_empty()
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
    fn a_form_whose_page_is_hidden_is_known_by_what_it_opens() {
        let page = "~ kind document\n> GET http://app.test/k/4\n< 200 OK\n\n";
        let guarded = "~ kind document\n> GET http://app.test/k/5\n< 303 See Other\n< Location: /k/4\n\n";
        let sent = |cookie: &str| {
            format!(
                "~ kind document\n> POST http://app.test/k/4\n> Content-Type: application/x-www-form-urlencoded\n>\n> e1=a&e2=b\n< 303 See Other\n< Location: /k/5\n{cookie}\n"
            )
        };
        let lost = "< Set-Cookie: h1={secret h 40}; HttpOnly; Secure\n";
        reports("cookie-rejected-secure", &(page.to_owned() + guarded + &sent(lost) + guarded + page));
        reports("cookie-rejected-secure", &(page.to_owned() + &sent(lost) + guarded + page));
        // It hands nothing out, or what it opens is open to all.
        is_healthy(&(page.to_owned() + guarded + &sent("") + guarded + page));
        is_healthy(&(page.to_owned() + &sent(lost) + &guarded.replace("303 See Other\n< Location: /k/4", "200 OK")));
    }

    #[test]
    fn a_form_is_known_by_the_page_that_shows_it() {
        let home = "~ kind document\n> GET http://app.test/home\n< 302 Found\n< Location: /bavo\n\n";
        let login = PAGE.to_owned() + &post("303 See Other\n< Set-Cookie: kima={secret k 30}; Secure\n< Location: /home") + home + PAGE;
        assert_eq!(diagnose(&login).failures.first().map(|failure| failure.causes[0].id), Some("cookie-rejected-secure"), "{login}");
        reports("wrong-credentials", &(PAGE.to_owned() + &post("200 OK\n<\n< No. <form><input type=password name=tero></form>")));
    }

    #[test]
    fn a_place_that_asked_for_a_password_is_known_without_its_content() {
        let bounced = "~ kind document\n> GET http://app.test/home\n< 302 Found\n< Location: /bavo?from=home\n\n";
        let login = PAGE.to_owned() + &post("303 See Other\n< Set-Cookie: kima={secret k 30}; Secure\n< Location: /home") + bounced;
        reports("cookie-rejected-secure", &login);
        // A page that shows something else at times only has the form beside it.
        let front = "~ kind document\n> GET http://app.test/bavo\n< 200 OK\n<\n< <h1>News</h1>\n\n";
        is_healthy(&(front.to_owned() + &login.replace("; Secure", "")));
    }

    #[test]
    fn a_form_after_a_login_whose_cookie_was_lost_says_nothing_of_the_password() {
        let login = PAGE.to_owned() + &post("302 Found\n< Set-Cookie: kima={secret kima 40}; Secure\n< Location: /bavo?");
        reports("cookie-rejected-secure", &(login.clone() + PAGE));
        let kept = PAGE.replace("bavo\n<", "bavo\n> Cookie: kima={secret kima 40}\n<");
        reports("wrong-credentials", &(login.replace("; Secure", "") + &kept));
    }

    #[test]
    fn who_chooses_a_password_does_not_log_in() {
        let page = PAGE.replace("</form>", "<input type=password name=again></form>");
        is_healthy(&(page.clone() + &post("200 OK\n<\n< They differ. <form><input type=password name=tero></form>")));
    }

    #[test]
    fn who_leaves_the_password_empty_does_not_try_to_log_in() {
        let script = |password: &str, answer: &str| {
            format!(
                "~ kind fetch\n> POST http://app.test/w\n> Content-Type: application/json\n>\n> {{\"duki\":\"alice\",\"tero\":\"{password}\"}}\n< {answer}\n\n"
            )
        };
        const TOO_SHORT: &str = "400 Bad Request\n<\n< {\"message\":\"body/tero must NOT have fewer than 1 characters\"}";
        is_healthy(&(PAGE.to_owned() + &script("", TOO_SHORT)));
        is_healthy(&post("422 Unprocessable Content\n<\n< {}").replace("tero=wonder", "password="));
        // With a password it is refused, and so it is where the answer speaks of one.
        assert_eq!(diagnose(&(PAGE.to_owned() + &script("b", TOO_SHORT))).failures.len(), 1);
        let wrong = "400 Bad Request\n<\n< {\"message\":\"invalid username or password\"}";
        reports("wrong-credentials", &(PAGE.to_owned() + &script("", wrong)));
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

    #[test]
    fn a_gate_on_another_host_is_a_login_once_somebody_logged_in_there() {
        let sent = |host: &str, kind: &str| {
            format!(
                "~ kind {kind}\n> GET https://app.example.test/api/list\n> Cookie: s={{secret s 30}}\n< 302 Found\n< Location: https://{host}/?rd=https%3A%2F%2Fapp.example.test%2Fapi%2Flist\n\n"
            )
        };
        let login = "~ kind fetch\n> POST https://gate.example.test/api/first\n> Referer: https://gate.example.test/?rd=x\n> Content-Type: application/json\n>\n> {\"username\":\"a\",\"password\":\"b\"}\n< 200 OK\n< Set-Cookie: s={secret s 30}; Domain=example.test; Secure\n\n";
        let work = "~ kind fetch\n> GET https://app.example.test/api/list\n> Cookie: s={secret s 30}\n< 200 OK\n\n@ 40m\n";
        let fails = |session: &str| !diagnose(session).failures.is_empty();
        assert!(fails(&format!("{login}{work}{}", sent("gate.example.test", "fetch"))));
        assert!(!fails(&format!("{login}{work}{}", sent("cdn.example.test", "fetch"))));
    }

    #[test]
    fn a_login_that_leads_through_a_step_that_is_called_one_goes_on() {
        let session = |set: &str, borne: &str, answer: &str| {
            format!(
                "~ kind document\n> POST http://app.test/check\n> Cookie: t={{secret a 40}}\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 302 Found\n< Location: /ui/login\n{set}\n\
                 ~ kind document\n> GET http://app.test/ui/login\n> Cookie: t={{secret {borne} 40}}\n< {answer}\n"
            )
        };
        let (new, on) = ("< Set-Cookie: t={secret b 40}; HttpOnly\n", "302 Found\n< Location: /ui/start");
        is_healthy(&session(new, "b", on));
        assert_eq!(diagnose(&session("", "a", on)).failures.len(), 1);
        assert_eq!(diagnose(&session(new, "b", "200 OK\n<\n< <form><input type=password name=x></form>")).failures.len(), 1);
    }

    #[test]
    fn a_login_that_passes_through_its_own_address_goes_on() {
        let hop = "~ kind document\n> GET http://app.test/bavo?test=4\n> Cookie: s={secret n 30}\n< 303 See Other\n< Location: /my\n\n";
        let post = post("303 See Other\n< Location: /bavo?test=4\n< Set-Cookie: s={secret n 30}");
        is_healthy(&format!(
            "{PAGE}{post}{hop}~ kind document\n> GET http://app.test/my\n> Cookie: s={{secret n 30}}\n< 200 OK\n<\n< <h1>Work</h1>\n"
        ));
    }

    #[test]
    fn who_sends_new_passwords_changes_one() {
        let change = "~ kind document\n> POST http://app.test/change\n> Content-Type: application/x-www-form-urlencoded\n>\n> tero=old&password1=new&password2=new\n< 200 OK\n<\n< <form method=post><input type=password name=tero></form>\n";
        is_healthy(&format!("{PAGE}{}{change}", post("302 Found\n< Location: /home\n< Set-Cookie: s={secret n 30}")));
    }
}
