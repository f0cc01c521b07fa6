//! What a record's own text says beyond its facts, read where somebody asks: kept of every exchange it would
//! cost memory that only failed logins need.

use super::Record;
use crate::syntax::credentials::{self, Credentials};
use crate::syntax::set_cookie::{self, SetCookie};

impl Record {
    /// A Set-Cookie field of the response, by its number.
    #[must_use]
    pub fn set_cookie(&self, field: usize) -> Option<SetCookie<'_>> {
        Some(set_cookie::parse(self.exchange.response.as_ref()?.fields.all("set-cookie").nth(field)?).value)
    }

    /// The credentials in `Authorization`.
    #[must_use]
    pub fn sent_credentials(&self) -> Option<Credentials<'_>> {
        Some(credentials::parse(self.exchange.sent("authorization")?).value)
    }
}
