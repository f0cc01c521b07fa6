//! What a request asks with: the parameters of its query and of its content.

use std::borrow::Cow;

use crate::exchange::Exchange;
use crate::limits;
use crate::syntax::form::{self, Form, Pair};
use crate::syntax::json::{Members, text_of};

/// The parameters of a request, read once.
#[derive(Default)]
pub struct Parameters<'a> {
    /// Those of the query.
    pub query: Form<'a>,
    /// Those of the content: a form's, or the top-level members of a JSON object.
    pub content: Form<'a>,
    /// Whether the content is JSON.
    pub is_json: bool,
}

impl<'a> Parameters<'a> {
    /// Reads those of a request.
    #[must_use]
    pub fn of(exchange: &'a Exchange) -> Self {
        let query = exchange.url.query().map_or_else(Form::default, |query| form::urlencoded(query).value);
        let mut parameters = Self { query, ..Self::default() };
        if let Some(body) = exchange.request.body.as_ref().filter(|_| &*exchange.method != "GET") {
            parameters.is_json = body.text.trim_start().starts_with('{');
            parameters.content = if parameters.is_json {
                json(&body.text)
            } else {
                match exchange.sent("content-type") {
                    // Where a capture kept the fields as a list, they are no longer in parts.
                    Some(media) if media.starts_with("multipart/") && body.text.starts_with("--") => {
                        form::multipart(media, &body.text).value
                    }
                    _ => form::urlencoded(&body.text).value,
                }
            };
        }
        parameters
    }
}

/// The top-level members of a JSON object as parameters: strings as their text, all else as it stands there.
pub fn json(text: &str) -> Form<'_> {
    let mut form = Form::default();
    if let Ok(members) = Members::read(text) {
        for (name, value) in members.iter().take(limits::FORM_PAIRS) {
            let value = text_of(value).map_or(Cow::Borrowed(value), Cow::Owned);
            form.pairs.push(Pair { name: Cow::Owned(name.to_owned()), value, at: 0 });
        }
    }
    form
}
