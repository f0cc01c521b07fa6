//! What a delivered message of SAML or WS-Federation is held against: the request that it answers, the address
//! that it came to, and the keys that its issuer publishes in this session.

use crate::facts::saml::{self, Saml, What};
use crate::limits;
use crate::session::Session;
use crate::syntax::jwt::signature::Material;
use crate::syntax::saml::check::{self, Checked, Expected};
use crate::syntax::saml::kind::Kind;
use crate::syntax::saml::message;
use crate::syntax::saml::metadata;
use crate::syntax::saml::verify::key_of;
use crate::time::Time;

/// Milliseconds by which times of assertions may be off without a word: as much as clocks are.
const TOLERANCE: i64 = 60_000;

impl Session {
    /// The requests before a position, the latest first.
    pub fn saml_requests(&self, at: usize) -> impl Iterator<Item = (usize, &Saml)> {
        let earlier = self.in_order().back_from(at).at_most(limits::LOOK_BACK, 0);
        earlier.flat_map(|(position, record)| {
            let requests = record.facts.saml.iter().filter(|saml| saml.what == What::Saml(Kind::AuthnRequest));
            requests.map(move |saml| (position, saml))
        })
    }

    /// The request that a response answers: the one that it names, where the session holds it, else the latest.
    /// Behind a broker the latest request is the broker's own.
    #[must_use]
    pub fn saml_request_for(&self, at: usize, answer: &Saml) -> Option<(usize, &Saml)> {
        let named = |(_, request): &(usize, &Saml)| request.id.is_some() && request.id == answer.in_response_to;
        self.saml_requests(at).find(named).or_else(|| self.saml_requests(at).next())
    }

    /// What is wrong with a message that an exchange carries, and what its signatures prove, at a moment of
    /// its receiver's clock.
    #[must_use]
    pub fn saml_check(&self, at: usize, answer: &Saml, now: Option<Time>) -> Option<Checked> {
        let record = self.record(at)?;
        let carried = saml::carried(&record.exchange).into_iter().find(|carried| carried.carrier == answer.carrier)?;
        let request = self.saml_request_for(at, answer).filter(|_| !carried.is_token_response);
        let keys: Vec<Material> = self.saml_keys(answer.issuer.as_deref()).map(|(_, key)| key).collect();
        let request_id = request.and_then(|(position, request)| self.saml_id(position, request));
        let expected = Expected {
            now,
            tolerance: TOLERANCE,
            entity_id: if carried.is_token_response {
                self.realm_before(at)
            } else {
                request.and_then(|(_, request)| request.issuer.as_deref())
            },
            acs_url: answer.carrier.is_sent().then(|| record.exchange.url.as_str()),
            request_id: request_id.as_deref(),
            issuer: None,
            keys: &keys,
        };
        let check = if carried.is_token_response { check::token_response } else { check::response };
        Some(check(&carried.xml, &expected))
    }

    /// The keys by which the metadata of an issuer, as the session holds it, says that it signs.
    pub fn saml_keys(&self, issuer: Option<&str>) -> impl Iterator<Item = (usize, Material)> {
        let issuer = issuer.unwrap_or_default().to_owned();
        self.saml_documents().flat_map(move |(at, text)| {
            let own = metadata::providers(text).into_iter().filter(|provider| provider.entity_id == issuer);
            own.flat_map(|provider| provider.certificates)
                .filter_map(|certificate| key_of(&certificate))
                .map(move |key| (at, key))
                .collect::<Vec<_>>()
        })
    }

    /// The ID of a request, as it stands there.
    fn saml_id(&self, at: usize, request: &Saml) -> Option<String> {
        let carried = saml::carried(&self.record(at)?.exchange).into_iter().find(|carried| carried.carrier == request.carrier)?;
        message::read(&carried.xml).value.id.map(|id| id.into_owned())
    }

    /// For whom the latest request of WS-Federation asked.
    fn realm_before(&self, at: usize) -> Option<&str> {
        let earlier = self.in_order().back_from(at).at_most(limits::LOOK_BACK, 0);
        earlier
            .flat_map(|(_, record)| &record.facts.messages)
            .filter(|message| message.kind.is_request())
            .find_map(|message| message.param("wtrealm"))
    }
}
