//! What a HAR file of Why401's own says beside HAR: what the first capture was, what it could not show, and
//! what was found when it was read whole. Other programs pass these members over.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::capture::{Engine, Source};
use crate::exchange::{CrossOrigin, Exchange, Fields, Held, Kind, Said, ServedBy, Told, Unseen};

/// The member `_why401` of `log`.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Remarks {
    /// The version of Why401 that wrote the file.
    pub version: String,
    /// What wrote the first capture.
    pub source: String,
    /// The browser whose rules it followed.
    pub engine: String,
    /// What no exchange of it could show.
    pub not_observable: Vec<String>,
    /// What was removed, as numbers by kind, and how it was looked for.
    pub receipt: Option<Box<RawValue>>,
    /// What the first reading found and this capture cannot prove any more.
    pub first_reading: Option<Box<RawValue>>,
    /// Over the exchanges and the first reading, so that neither is taken for what it was when one was edited.
    /// It guards against accidents: whoever means to deceive can compute it too, as no key is kept.
    pub checksum: String,
}

impl Remarks {
    /// What wrote the first capture.
    pub(super) fn source(&self) -> Source {
        let engine = match &*self.engine {
            "chromium" => Engine::Chromium,
            "firefox" => Engine::Firefox,
            "webkit" => Engine::WebKit,
            _ => Engine::Other,
        };
        Source { name: self.source.clone(), engine }
    }

    /// The first reading, where it belongs to these exchanges.
    pub(super) fn first_reading_of(&self, exchanges: &[Exchange]) -> Option<&str> {
        let reading = self.first_reading.as_ref()?.get();
        (Checksum::of(exchanges).with(reading) == self.checksum).then_some(reading)
    }
}

/// The name of an engine in [`Remarks`].
#[must_use]
pub const fn engine_name(engine: Engine) -> &'static str {
    match engine {
        Engine::Chromium => "chromium",
        Engine::Firefox => "firefox",
        Engine::WebKit => "webkit",
        Engine::Other => "other",
    }
}

/// The member `_why401` of an entry.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Note {
    number: u32,
    kind: String,
    served_by: String,
    /// What the first capture could not show of it.
    unseen: Vec<String>,
    /// Whose content was longer.
    cut: Vec<String>,
    /// What the browser said of each of its cookies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    told: Vec<String>,
    /// The cookies that the browser said it held back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    held: Vec<String>,
    /// What the browser said of asking another origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    cors: Option<String>,
}

const UNSEEN: [&str; 7] = ["cookies", "set-cookies", "authorization", "response-fields", "response-body", "response", "moment"];

impl Note {
    pub(super) fn of(exchange: &Exchange) -> Self {
        let Unseen { cookies, set_cookies, authorization, response_fields, response_body, response, moment } = exchange.unseen;
        let flags = [cookies, set_cookies, authorization, response_fields, response_body, response, moment];
        let is_cut = |body: Option<&crate::exchange::Body>| body.is_some_and(|body| body.cut);
        let cut = [
            ("request", is_cut(exchange.request.body.as_ref())),
            ("response", is_cut(exchange.response.as_ref().and_then(|response| response.body.as_ref()))),
        ];
        Self {
            number: exchange.number,
            kind: exchange.kind.name().to_owned(),
            served_by: match exchange.served_by {
                ServedBy::Network => "network",
                ServedBy::Cache => "cache",
                ServedBy::ServiceWorker => "service-worker",
            }
            .to_owned(),
            unseen: UNSEEN.iter().zip(flags).filter(|(_, flag)| *flag).map(|(name, _)| (*name).to_owned()).collect(),
            cut: cut.into_iter().filter(|(_, cut)| *cut).map(|(name, _)| name.to_owned()).collect(),
            told: exchange.told.iter().map(|told| told.word()).collect(),
            held: exchange.said.iter().flat_map(|said| &said.held).map(Held::words).collect(),
            cors: exchange.said.as_ref().and_then(|said| said.cors.as_ref()).map(CrossOrigin::words),
        }
    }

    pub(super) fn read(text: Option<&RawValue>) -> Option<Self> {
        serde_json::from_str(text?.get()).ok()
    }

    pub(super) fn apply(&self, exchange: &mut Exchange) {
        let [cookies, set_cookies, authorization, response_fields, response_body, response, moment] =
            UNSEEN.map(|name| self.unseen.iter().any(|unseen| unseen == name));
        exchange.number = self.number;
        exchange.kind = Kind::from_name(&self.kind);
        exchange.served_by = match &*self.served_by {
            "cache" => ServedBy::Cache,
            "service-worker" => ServedBy::ServiceWorker,
            _ => ServedBy::Network,
        };
        exchange.unseen = Unseen { cookies, set_cookies, authorization, response_fields, response_body, response, moment };
        exchange.told = self.told.iter().map(|word| Told::of_word(word).unwrap_or_default()).collect();
        let said = Said {
            held: self.held.iter().filter_map(|words| Held::of_words(words)).collect(),
            cors: self.cors.as_deref().and_then(CrossOrigin::of_words),
        };
        exchange.said = (said != Said::default()).then(|| Box::new(said));
        let cut = |name: &str| self.cut.iter().any(|cut| cut == name);
        if let Some(body) = &mut exchange.request.body {
            body.cut |= cut("request");
        }
        if let Some(body) = exchange.response.as_mut().and_then(|response| response.body.as_mut()) {
            body.cut |= cut("response");
        }
    }
}

/// Changes with anything in the exchanges or a reading of them.
pub struct Checksum(Sha256);

impl Checksum {
    /// Of these exchanges, and of no reading yet.
    #[must_use]
    pub fn of(exchanges: &[Exchange]) -> Self {
        let mut checksum = Self(Sha256::new());
        exchanges.iter().for_each(|exchange| checksum.exchange(exchange));
        checksum
    }

    /// Twenty-two characters, together with a reading.
    #[must_use]
    pub fn with(mut self, reading: &str) -> String {
        // The order of members is no part of what a reading says.
        let ordered = serde_json::from_str::<BTreeMap<String, serde_json::Value>>(reading).ok();
        let ordered = ordered.and_then(|reading| serde_json::to_string(&reading).ok());
        self.take(ordered.as_deref().unwrap_or(reading));
        BASE64_URL_SAFE_NO_PAD.encode(self.0.finalize().get(..16).unwrap_or_default())
    }

    fn take(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    fn exchange(&mut self, exchange: &Exchange) {
        let mut take = |text: &str| self.take(text);
        let fields = |fields: &Fields, take: &mut dyn FnMut(&str)| {
            take(&fields.iter().count().to_string());
            fields.iter().flat_map(|(name, value)| [name, value]).for_each(take);
        };
        take(&format!(
            "{} {} {} {:?} {:?} {:?}",
            exchange.number, exchange.started.0, exchange.duration, exchange.kind, exchange.served_by, exchange.unseen
        ));
        if !exchange.told.is_empty() {
            take(&format!("{:?}", exchange.told));
        }
        if let Some(said) = &exchange.said {
            take(&format!("{said:?}"));
        }
        [Some(&*exchange.method), Some(exchange.url.as_str()), exchange.error.as_deref(), exchange.initiator.as_deref()]
            .into_iter()
            .flatten()
            .for_each(&mut take);
        fields(&exchange.request.fields, &mut take);
        take(exchange.request.body.as_ref().map_or("", |body| &body.text));
        if let Some(response) = &exchange.response {
            take(&response.status.to_string());
            take(&response.status_text);
            fields(&response.fields, &mut take);
            take(response.body.as_ref().map_or("", |body| &body.text));
        }
    }
}
