//! What binds an ID token to the access token that came with it: `at_hash`, OpenID Connect Core 3.1.3.6.

use std::borrow::Cow;

use super::Remark;
use crate::exchange::Exchange;
use crate::facts::tokens::Seen;
use crate::syntax::form;
use crate::syntax::json::{Members, text_of};
use crate::syntax::oidc::half_hash;

/// What `at_hash` of an ID token says of the access token in the same message, where it is another one.
pub(super) fn compare(at: usize, exchange: &Exchange, seen: &Seen) -> Option<Remark> {
    let bound = seen.token.claims()?.at_hash.as_deref()?;
    let alg = seen.token.jwt()?.header.alg.as_deref()?;
    let hash = half_hash(&access_token(exchange)?, alg)?;
    (hash != bound).then_some(Remark::TokenHashDiffers(at))
}

/// The access token that an exchange carries beside an ID token: in the answer of a token endpoint, in a form
/// that was posted, in a fragment.
fn access_token(exchange: &Exchange) -> Option<Cow<'_, str>> {
    let in_answer = || Some(Cow::Owned(text_of(Members::read(exchange.response_text()).ok()?.get("access_token")?.0)?));
    let in_form = |text: &str| form::urlencoded(text).value.get("access_token").map(|token| Cow::Owned(token.to_owned()));
    let posted = || in_form(&exchange.request.body.as_ref()?.text);
    let in_fragment = || in_form(exchange.url.fragment()?);
    let redirected = || in_form(exchange.redirect_target()?.fragment()?);
    in_answer().or_else(posted).or_else(in_fragment).or_else(redirected)
}
