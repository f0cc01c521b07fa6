//! By which keys the tokens were signed that an API lets through, and by which those that it refuses.

use super::{Record, Session};
use crate::limits;
use crate::syntax::jwt::Jwt;

/// Refusals of tokens of one key in a row, where tokens of another were let through.
pub struct RefusedKey {
    /// Position of the request that was let through with a token of the other key.
    pub let_through: usize,
    /// That key's name.
    pub other: Box<str>,
    /// Position of another refusal of the key.
    pub again: usize,
    /// Whether tokens that were issued at different times were refused.
    pub is_of_several: bool,
}

impl Session {
    /// Whether the API that refuses a token let a request through that it now refuses, with an earlier token that differs from
    /// this one by nothing but its key, refuses the new key again, and lets no token of it through.
    #[must_use]
    pub fn refused_key(&self, at: usize) -> Option<RefusedKey> {
        let record = self.record(at)?;
        let token = record.facts.token()?;
        let jwt = token.jwt().filter(|jwt| jwt.header.kid.is_some())?;
        let (mut refused, mut others) = (Vec::new(), Vec::new());
        for (position, record) in self.of_origin(&record.origin).around(at).at_most(limits::LOOK_BACK, limits::LOOK_AHEAD) {
            let Some(borne) = record.facts.token().and_then(|token| token.jwt()) else { continue };
            if borne.header.kid == jwt.header.kid {
                match record.exchange.status() {
                    401 => refused.push((position, record)),
                    _ if record.was_accepted() => return None,
                    _ => {}
                }
            } else if record.was_accepted() && is_alike(borne, jwt) && borne.claims.iat <= jwt.claims.iat {
                others.push((position, record, borne));
            }
        }
        let again = refused.first()?.0;
        let is_of_several =
            refused.iter().any(|(_, other)| other.facts.token().is_some_and(|other| other.fingerprint != token.fingerprint));
        let is_asked_again = |earlier: &Record| {
            let mut refused = std::iter::once(record).chain(refused.iter().map(|(_, refused)| *refused));
            refused.any(|refused| {
                refused.exchange.method == earlier.exchange.method && refused.exchange.url.path() == earlier.exchange.url.path()
            })
        };
        let (let_through, _, borne) =
            others.into_iter().find(|(_, earlier, _)| earlier.exchange.started < record.exchange.started && is_asked_again(earlier))?;
        Some(RefusedKey { let_through, other: borne.header.kid.as_deref()?.into(), again, is_of_several })
    }
}

/// Whether two tokens are of one kind and for the same: whoever checks one has nothing against the other but its key.
fn is_alike(one: &Jwt, other: &Jwt) -> bool {
    let of = |jwt: &Jwt| (jwt.form, jwt.header.alg.clone(), jwt.header.typ.clone());
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    let (mine, theirs) = (&one.claims, &other.claims);
    of(one) == of(other)
        && mine.iss.is_some()
        && (&mine.iss, &mine.sub, &mine.azp, &mine.client_id) == (&theirs.iss, &theirs.sub, &theirs.azp, &theirs.client_id)
        && (&mine.token_use, &mine.tid) == (&theirs.token_use, &theirs.tid)
        && [(&mine.aud, &theirs.aud), (&mine.scope, &theirs.scope), (&mine.roles, &theirs.roles)]
            .into_iter()
            .all(|(mine, theirs)| sorted(mine) == sorted(theirs))
}
