//! The core's face towards JavaScript, and the only file that names it: every function here turns
//! plain JavaScript values into the core's types, calls it, and turns the answer back.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hint;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

use crate::capture::har::{EntryError, live};
use crate::capture::ignored::Ignored;
use crate::capture::join::Join;
use crate::capture::recording::{self, Exchanges, Verdicts};
use crate::capture::{self, Engine, Format, Skipped, Source};
use crate::causes;
use crate::compare::{Compared, Logins, Own, compare_by};
use crate::data;
use crate::diagnosis::{Diagnosis, Input, Live};
use crate::exchange::Exchange;
use crate::redact::{Key, Redactor, Scope};
use crate::report;
use crate::report::share::{Original, Share};
use crate::session::Session;
use crate::time::Time;
use crate::view::Seen;
use crate::view::explanation::Explanation;
use crate::view::filter::Filter;
use crate::view::news::Teller;
use crate::view::timeline::{Drawing, Timeline};

/// Takes the file of texts that ships beside the wasm, before the first session. Later calls change nothing.
#[wasm_bindgen]
pub fn hand_over(texts: Vec<u8>) -> Result<(), JsError> {
    data::hand_over(texts).map_err(JsError::new)
}

/// A session that is being watched. After a panic every object of the same module is dead: load
/// the module anew and push again what was pushed before.
#[wasm_bindgen]
pub struct Core {
    live: Live,
    redactor: Redactor,
    input: Input,
    latest: Time,
    teller: Teller,
    failing: HashSet<u32>,
    engine: Engine,
    /// The second source, where there is one.
    events: Option<Events>,
    ignored: Ignored,
}

/// What the second source tells, on its way to become whole exchanges.
struct Events {
    exchanges: Exchanges,
    verdicts: Verdicts,
    join: Join,
}

impl Events {
    fn of(engine: Engine) -> Self {
        Self { exchanges: Exchanges::of(engine), verdicts: Verdicts::of(engine), join: Join::default() }
    }
}

#[wasm_bindgen]
impl Core {
    /// An empty session as `browser` ("chrome" or "firefox") would keep it.
    #[wasm_bindgen(constructor)]
    pub fn new(browser: &str) -> Result<Core, JsError> {
        let source = Source::devtools(browser)
            .ok_or_else(|| JsError::new(&format!("`{browser}` is no browser that the core knows; pass chrome or firefox")))?;
        let session = Session::new(source.profile());
        let input = Input { source: source.name, ..Input::default() };
        Ok(Self::of(session, source.engine, input, Seen::Page))
    }

    /// Whether the response content of a HAR entry, as JSON in UTF-8, is worth asking the browser for.
    pub fn wants_body(&self, entry: &[u8]) -> Result<bool, JsError> {
        live::wants_content(str::from_utf8(entry)?).map_err(passed_over)
    }

    /// Takes one HAR entry, as JSON, and the response content, if it was asked for, both in UTF-8. Returns its position; none
    /// while it waits for what another source tells of it, or where it is ignored.
    pub fn push(&mut self, entry: &[u8], body: Option<Vec<u8>>, base64: bool) -> Result<Option<usize>, JsError> {
        let number = u32::try_from(self.live.session().records().len()).unwrap_or(u32::MAX);
        let content = body.as_deref().map(str::from_utf8).transpose()?.map(|text| (text, base64));
        let exchange = live::exchange(str::from_utf8(entry)?, content, number, self.latest).map_err(passed_over)?;
        self.latest = exchange.started;
        let whole = match &mut self.events {
            Some(events) => events.join.shown(exchange),
            None => Some(exchange),
        };
        Ok(whole.and_then(|exchange| self.take(exchange)))
    }

    /// Takes what `webRequest` told, one JSON object a line. From the first call on, exchanges wait for each
    /// other until [`settle`](Self::settle) says that they have waited long enough.
    pub fn push_events(&mut self, lines: &str) {
        let events = self.events.get_or_insert_with(|| Events::of(self.engine));
        let mut seen = Vec::new();
        for record in lines.lines().filter_map(|line| serde_json::from_str(line).ok()) {
            events.verdicts.hear(&record, &mut seen);
            let mut done = Vec::new();
            events.exchanges.take(&record, &mut done);
            done.into_iter().for_each(|exchange| events.verdicts.take(exchange, &mut seen));
        }
        let whole: Vec<Exchange> = seen.into_iter().filter_map(|exchange| events.join.seen(exchange)).collect();
        for exchange in whole {
            self.take(exchange);
        }
    }

    /// Takes in what has waited long enough at `now`, in milliseconds since 1970.
    pub fn settle(&mut self, now: f64) {
        let Some(events) = &mut self.events else { return };
        let mut seen = Vec::new();
        events.verdicts.settle(Time(now as i64), &mut seen);
        let mut whole: Vec<Exchange> = seen.into_iter().filter_map(|exchange| events.join.seen(exchange)).collect();
        whole.extend(events.join.settled(Time(now as i64)));
        for exchange in whole {
            self.take(exchange);
        }
    }

    /// Leaves out hosts with all below them, named in a text one a word: of what is there and of what comes.
    pub fn ignore(&mut self, hosts: &str) {
        self.ignored = Ignored::of(hosts);
        if self.ignored.is_empty() {
            return;
        }
        let mut session = Session::new(self.live.session().profile().clone());
        let exchanges = self.live.session().records().iter().map(|record| &record.exchange);
        session.extend(exchanges.filter(|exchange| !self.ignored.has(&exchange.url)).cloned());
        (self.live, self.teller) = (Live::of(session), self.teller.anew());
    }

    /// The diagnosis of all that was pushed, in the shape of the JSON form, version 1.
    pub fn diagnosis(&mut self) -> Result<JsValue, JsError> {
        plain(&self.live.diagnosis(self.input.clone(), &mut self.redactor))
    }

    /// The list rows of the exchanges from position `from` on.
    pub fn rows(&mut self, from: usize) -> Result<JsValue, JsError> {
        let rows: Vec<_> =
            (from..self.live.session().records().len()).filter_map(|at| self.live.session().row(at, &mut self.redactor)).collect();
        plain(&rows)
    }

    /// What is new since this was last asked, as `News`.
    pub fn news(&mut self) -> Result<JsValue, JsError> {
        self.look();
        let news = self.teller.news(self.live.session(), &mut self.redactor);
        if let Some(failing) = &news.failing {
            self.failing = failing.iter().copied().collect();
        }
        plain(&news)
    }

    /// Everything as `News`, as somebody needs it who was told nothing yet; what others were told is not touched.
    pub fn everything(&mut self) -> Result<JsValue, JsError> {
        self.look();
        plain(&self.teller.everything(self.live.session(), &mut self.redactor))
    }

    /// How many exchanges there are.
    pub fn count(&self) -> usize {
        self.live.session().records().len()
    }

    /// Positions from `from` on of the exchanges that a filter lets through.
    pub fn filtered(&self, text: &str, sign_in_only: bool, from: usize) -> Vec<u32> {
        self.live.session().filtered(&Filter::parse(text, sign_in_only), &self.failing, from)
    }

    /// Whether what a filter lets through turns on which logins failed.
    pub fn turns_on_failures(&self, text: &str) -> bool {
        Filter::parse(text, false).asks_for_failures()
    }

    /// What can be typed next behind a filter, as a list of `Suggestion`.
    pub fn suggestions(&self, text: &str) -> Result<JsValue, JsError> {
        plain(&self.live.session().suggestions(text))
    }

    /// The logins as a picture: `{ timeline: Timeline, drawing: Drawing }`.
    pub fn timeline(&mut self) -> Result<JsValue, JsError> {
        #[derive(Serialize)]
        struct Pictured {
            drawing: Drawing,
            timeline: Timeline,
        }
        let failures: Vec<_> = self.teller.failures().cloned().collect();
        let timeline = self.live.session().timeline(&failures, &mut self.redactor);
        plain(&Pictured { drawing: timeline.drawing(), timeline })
    }

    /// The cookies once an exchange was over, by its number; at the end without one. As `Cookies`.
    pub fn cookies(&self, until: Option<u32>) -> Result<JsValue, JsError> {
        plain(&self.live.session().cookies(until))
    }

    /// The opened exchange of a number, as `Detail`; `undefined` where there is none.
    pub fn exchange(&mut self, number: u32) -> Result<JsValue, JsError> {
        let at = self.live.session().records().iter().position(|record| record.exchange.number == number);
        self.look();
        let failures = self.teller.failures();
        let detail = at.and_then(|at| self.live.session().detail_by(at, failures, &mut self.redactor));
        detail.map_or(Ok(JsValue::UNDEFINED), |detail| plain(&detail))
    }

    /// The clear value behind a mask; `undefined` where there is none.
    pub fn reveal(&self, secret: &str) -> Option<String> {
        self.redactor.clear(secret).map(str::to_owned)
    }

    /// Where this session and that of another capture part, as `Compared`. The core takes one for the failing one;
    /// `turned`, the other.
    pub fn compare(&mut self, other: &mut Core, turned: bool) -> Result<JsValue, JsError> {
        other.live.session().records().iter().for_each(|record| self.redactor.learn(&record.exchange));
        let theirs = other.live.diagnosis(other.input.clone(), &mut self.redactor).failures;
        let ours = self.live.diagnosis(self.input.clone(), &mut self.redactor).failures;
        let fails = (Own::of(&ours, &theirs) == Own::Failing) != turned;
        let (us, them) = (self.live.session(), other.live.session());
        let compared = if fails {
            Compared { comparison: compare_by(them, us, ours, &mut self.redactor), own: Own::Failing }
        } else {
            Compared { comparison: compare_by(us, them, theirs, &mut self.redactor), own: Own::Working }
        };
        plain(&compared)
    }

    /// Where the newest login of this session that failed and one that works part, as `Compared`; `undefined` where it
    /// has no such two.
    pub fn compare_own(&mut self) -> Result<JsValue, JsError> {
        let failures = self.live.diagnosis(self.input.clone(), &mut self.redactor).failures;
        let logins = Logins::of(self.live.session(), failures);
        let compared = logins.map(|logins| Compared { comparison: logins.compare(&mut self.redactor), own: Own::Both });
        compared.map_or(Ok(JsValue::UNDEFINED), |compared| plain(&compared))
    }

    /// The session as it leaves: without the exchanges of some numbers and hosts, with the user's `note`. `key` is 32
    /// random bytes, new for each report and kept nowhere.
    pub fn share(
        &self,
        hides_hosts: bool,
        without: Vec<u32>,
        without_hosts: Vec<String>,
        note: &str,
        key: &[u8],
    ) -> Result<Shared, JsError> {
        let scope = Scope { hides_hosts, without, without_hosts };
        let exchanges = self.live.session().records().iter().map(|record| Cow::Borrowed(&record.exchange)).collect();
        Ok(Shared { share: self.shared(exchanges, &scope, note, key)?, scope, is_proved: false })
    }

    /// The whole session as it leaves, of which nothing is here any more then: a long one has no room beside what leaves of it.
    pub fn share_away(&mut self, key: &[u8]) -> Result<Shared, JsError> {
        let scope = Scope::default();
        let first = self.first();
        let nothing = Live::of(Session::new(self.live.session().profile().clone()));
        let exchanges = std::mem::replace(&mut self.live, nothing).into_session().into_exchanges();
        self.redactor = Redactor::default();
        let share = self.shared_by(&first, exchanges.into_iter().map(Cow::Owned).collect(), &scope, "", key)?;
        Ok(Shared { share, scope, is_proved: false })
    }

    /// An exchange as a command for curl without its secrets; `undefined` where there is none of that number.
    pub fn curl(&self, number: u32, key: &[u8]) -> Result<Option<String>, JsError> {
        let exchange = self.live.session().records().iter().map(|record| &record.exchange).find(|exchange| exchange.number == number);
        let Some(exchange) = exchange else { return Ok(None) };
        Ok(self.shared(vec![Cow::Borrowed(exchange)], &Scope::default(), "", key)?.curl(number)?)
    }

    fn shared(&self, exchanges: Vec<Cow<'_, Exchange>>, scope: &Scope, note: &str, key: &[u8]) -> Result<Share, JsError> {
        self.shared_by(&self.first(), exchanges, scope, note, key)
    }

    fn shared_by(
        &self,
        first: &Diagnosis,
        exchanges: Vec<Cow<'_, Exchange>>,
        scope: &Scope,
        note: &str,
        key: &[u8],
    ) -> Result<Share, JsError> {
        let key: [u8; 32] = key.try_into().map_err(|_| JsError::new("a key has 32 bytes"))?;
        let source = Source { name: self.input.source.clone(), engine: self.engine };
        let original = Original { exchanges, input: self.input.clone(), source };
        Share::of(original, first, scope, note, &Key::from(key)).map_err(|why| JsError::new(&why))
    }

    /// The diagnosis while all is there, without a secret.
    fn first(&self) -> Diagnosis {
        self.live.session().diagnose(self.input.clone(), &mut Redactor::strict())
    }

    /// Takes note of what changed in the diagnosis.
    fn look(&mut self) {
        let changes = self.live.changes(&mut self.redactor);
        self.teller.take(self.live.session(), changes);
    }

    /// The page of the cause of that id, where this build knows it.
    pub fn explain(&self, id: &str) -> Result<JsValue, JsError> {
        plain(&causes::catalogue::find(id).map(|cause| Explanation::of(cause.meta())))
    }

    /// Exchanges of two sources are numbered in the order in which they are taken in.
    fn take(&mut self, exchange: Exchange) -> Option<usize> {
        let number = u32::try_from(self.live.session().records().len()).unwrap_or(u32::MAX);
        if self.ignored.has(&exchange.url) {
            return None;
        }
        self.redactor.learn(&exchange);
        Some(self.live.push(Exchange { number, ..exchange }))
    }

    fn of(session: Session, engine: Engine, input: Input, seen: Seen) -> Self {
        let mut redactor = Redactor::default();
        session.records().iter().for_each(|record| redactor.learn(&record.exchange));
        Self {
            live: Live::of(session),
            redactor,
            input,
            latest: Time::default(),
            teller: Teller::of(seen),
            failing: HashSet::new(),
            engine,
            events: None,
            ignored: Ignored::default(),
        }
    }
}

/// A session as it leaves.
#[wasm_bindgen]
pub struct Shared {
    share: Share,
    scope: Scope,
    is_proved: bool,
}

/// So many bytes of a capture are handed over at once.
const PIECE: usize = 4 << 20;

#[wasm_bindgen]
impl Shared {
    /// What leaves of the session that it was made of, as `Preview`.
    pub fn preview(&self, of: &Core) -> Result<JsValue, JsError> {
        plain(&self.share.preview(of.live.session(), &self.scope))
    }

    /// The bytes of the redacted capture as a HAR file from `at` on, so many at once as have room beside the rest; none where it
    /// ends. Fails when something of a secret is in it.
    pub fn capture(&mut self, at: usize) -> Result<Vec<u8>, JsError> {
        let har = if self.is_proved { self.share.har() } else { self.share.prove_har()? };
        self.is_proved = true;
        let rest = har.as_bytes().get(at..).unwrap_or_default();
        Ok(rest.get(..PIECE).unwrap_or(rest).to_vec())
    }

    /// The finished report: html, markdown, jira, har, json, junit or admin. Fails when something of a secret is in it.
    pub fn report(&self, format: &str) -> Result<String, JsError> {
        let format = report::Format::named(format).ok_or_else(|| JsError::new(&format!("there is no format `{format}`")))?;
        Ok(self.share.report(format)?)
    }
}

/// A capture in the course of being read.
#[wasm_bindgen]
#[derive(Default)]
pub struct Opening {
    reader: Option<Box<dyn Format>>,
    exchanges: Vec<Exchange>,
    fed: usize,
    /// The bytes for which there is memory already.
    room: usize,
}

#[wasm_bindgen]
impl Opening {
    /// Nothing read yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes; the first should be some thousand, and tell what the file is. `now`, in milliseconds since
    /// the Unix epoch, stands in for the time of requests that have none. `false` when nothing that follows is of use.
    pub fn feed(&mut self, bytes: &[u8], now: f64) -> Result<bool, JsError> {
        self.fed += bytes.len();
        if self.fed > self.room {
            self.room = 2 * self.fed;
            make_room(self.room);
        }
        let reader = match &mut self.reader {
            Some(reader) => reader,
            None => self.reader.insert(capture::open(bytes, Time(now as i64)).map_err(|error| JsError::new(&error))?),
        };
        Ok(reader.feed(bytes, &mut self.exchanges))
    }

    /// Ends the file and gives its session.
    pub fn finish(mut self) -> Result<Core, JsError> {
        let reader = self.reader.take().ok_or_else(|| JsError::new("the file is empty"))?;
        let capture = reader.finish(&mut self.exchanges).map_err(|error| JsError::new(&error.to_string()))?;
        self.exchanges.sort_by_key(|exchange| exchange.started);
        let mut session = Session::new(capture.source.profile());
        session.extend(self.exchanges);
        let engine = capture.source.engine;
        let damage = capture.damage.as_ref().map(|damage| Skipped { entry: session.records().len(), why: damage.to_string() });
        let mut input = Input::of(capture, session.records().len());
        input.skipped.extend(damage);
        Ok(Core::of(session, engine, input, Seen::File))
    }
}

/// Asks the browser for memory that will be needed. Whatever is freed stays with the core, which would else ask for each page of
/// 64 KB by itself; of a long capture that was a tenth of all its time. Where there is none the core goes on with what it has.
fn make_room(bytes: usize) {
    let mut room = Vec::<u8>::new();
    let _ = hint::black_box(&mut room).try_reserve_exact(bytes);
}

/// Takes passwords out of the records of one recording before they are stored.
#[wasm_bindgen]
pub struct Passwords(recording::Passwords);

#[wasm_bindgen]
impl Passwords {
    /// None yet; `key` makes their fingerprints those of this recording alone.
    #[wasm_bindgen(constructor)]
    pub fn new(key: &[u8]) -> Self {
        Self(recording::Passwords::new(key))
    }

    /// Takes note of what was typed into a password field.
    pub fn learn(&mut self, value: &str) {
        self.0.learn(value);
    }

    /// Records, one JSON object a line, as they may be stored.
    pub fn keep(&mut self, lines: &str) -> String {
        self.0.keep(lines)
    }
}

/// Every cause that this build knows: id, family, side and title.
#[wasm_bindgen]
pub fn catalogue() -> Result<JsValue, JsError> {
    #[derive(Serialize)]
    struct Item {
        id: &'static str,
        family: &'static str,
        side: &'static str,
        title: &'static str,
    }
    let items = causes::catalogue::all().map(|cause| cause.meta()).map(|meta| Item {
        id: meta.id,
        family: meta.family,
        side: meta.side.name(),
        title: meta.title(),
    });
    plain(&items.collect::<Vec<_>>())
}

/// The version of this build, as Cargo knows it: `0.1.0`.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn passed_over(error: EntryError) -> JsError {
    JsError::new(&format!("this entry was passed over: {error}"))
}

fn plain(value: &impl Serialize) -> Result<JsValue, JsError> {
    value.serialize(&Serializer::json_compatible()).map_err(|error| JsError::new(&error.to_string()))
}
