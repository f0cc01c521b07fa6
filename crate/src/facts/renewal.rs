//! Calls that exchange a token for the next, as far as they are known by what they do: what they send and what they get
//! has names of the program's own.

use std::borrow::Cow;
use std::sync::Arc;

use super::parameters::{Parameters, json};
use super::tokens::{Carrier, Format, Reason, Role, Seen, Token};
use super::{Facts, Fingerprint, Purpose, statements};
use crate::exchange::Exchange;
use crate::limits;
use crate::syntax::form::{Form, is_password_name};

/// Texts with the names under which they stand.
pub type Texts = Vec<(Box<str>, Box<str>)>;

/// What the content of a request brings.
#[must_use]
pub fn sent(exchange: &Exchange) -> Texts {
    let mut texts = Vec::new();
    take(&Parameters::of(exchange).content, 0, &mut texts);
    texts
}

/// What the JSON of an answer hands out.
#[must_use]
pub fn handed_out(exchange: &Exchange) -> Texts {
    let mut texts = Vec::new();
    if exchange.response_text().trim_start().starts_with('{') {
        take(&json(exchange.response_text()), 0, &mut texts);
    }
    texts
}

fn take(form: &Form<'_>, depth: usize, texts: &mut Texts) {
    for pair in &form.pairs {
        if !pair.value.starts_with('{') {
            texts.push((pair.name.as_ref().into(), pair.value.as_ref().into()));
        } else if depth < limits::TOKEN_JSON_DEPTH {
            take(&json(&pair.value), depth + 1, texts);
        }
    }
}

impl Facts {
    /// Whether the answer brings a token that opens an API, and no refresh token by its name.
    #[must_use]
    pub fn hands_out_token_alone(&self) -> bool {
        let handed_out = || self.tokens.iter().filter(|seen| seen.carrier == Carrier::ResponseJson);
        handed_out().any(|seen| seen.role == Role::Access || seen.token.jwt().is_some())
            && handed_out().all(|seen| seen.role != Role::Refresh)
    }

    /// Whether it may be a renewal of which no name tells.
    #[must_use]
    pub fn may_renew(&self, exchange: &Exchange) -> bool {
        &*exchange.method != "GET"
            && exchange.request.body.as_ref().is_some_and(|body| !body.text.is_empty() && body.text.len() <= LONGEST)
            && matches!(self.purpose, Purpose::Api | Purpose::SignIn)
            && !Parameters::of(exchange).content.pairs.iter().any(|pair| is_password_name(&pair.name))
    }

    /// Takes note that the request exchanges what it sends under one name for what its answer hands out under another.
    pub fn become_renewal(&mut self, exchange: &Exchange, [is_sent, is_given]: [&str; 2]) {
        let seen = |carrier: Carrier, (name, text): (Box<str>, Box<str>)| Seen {
            token: Arc::new(Token { fingerprint: Fingerprint::unless_hidden(&text), format: Format::Opaque }),
            carrier,
            name: Cow::Owned(name.into()),
            role: Role::Refresh,
            reason: Reason::CommonName,
            life: None,
        };
        let carrier = if Parameters::of(exchange).is_json { Carrier::RequestJson } else { Carrier::Form };
        let of = |texts: Texts, wanted: &str| texts.into_iter().find(|(name, text)| **name == *wanted && !text.is_empty());
        let mut tokens = std::mem::take(&mut self.tokens).into_vec();
        let received = tokens.iter().position(|seen| !seen.carrier.is_sent()).unwrap_or(tokens.len());
        let brought = of(sent(exchange), is_sent).map(|text| seen(carrier, text));
        tokens.splice(received..received, brought);
        tokens.extend(of(handed_out(exchange), is_given).map(|text| seen(Carrier::ResponseJson, text)));
        self.tokens = tokens.into();
        self.purpose = Purpose::Refresh;
        self.statements = statements::read(exchange, self);
    }
}

/// Bytes of the longest content that renews a token.
const LONGEST: usize = 8 * 1024;
