//! What named products are told so that a login succeeds: `crate/data/settings.tsv`.

use std::sync::LazyLock;

use memchr::memmem;
use serde::Serialize;

use crate::cause::Audience;
use crate::data;
use crate::limits;
use crate::session::Record;

/// Lines to write into a product's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Setting {
    /// Who can do it.
    #[serde(rename = "for")]
    pub audience: Audience,
    /// The product.
    pub product: &'static str,
    /// What the lines are: "nginx", "yaml", "text" for where to look in a surface, …
    pub format: &'static str,
    /// The lines; names in capitals and those of example.com are to be filled in.
    pub lines: String,
    /// Where the vendor describes them.
    pub source: &'static str,
    /// When the row was written, as YYYY-MM-DD.
    pub written: &'static str,
}

/// Products whose settings are shown of one cause.
const MOST: usize = 4;

static PRODUCTS: LazyLock<Vec<Product>> = LazyLock::new(|| products(data::settings()));

struct Product {
    name: &'static str,
    signs: Vec<Sign>,
    rows: Vec<Row>,
}

struct Row {
    cause: &'static str,
    setting: Setting,
}

/// What shows a product, as the table says in its head.
enum Sign {
    Server(&'static str),
    Field(&'static str, &'static str),
    Cookie(&'static str),
    Host(&'static str),
    Path(&'static str),
    Realm(&'static str),
    Page(&'static str),
}

/// The settings that end a cause, of the products that these records show.
#[must_use]
pub fn settings(cause: &str, records: &[&Record]) -> Vec<Setting> {
    let knows = |product: &&Product| product.rows.iter().any(|row| row.cause == cause);
    let shows = |product: &&Product| product.signs.iter().any(|sign| records.iter().any(|record| sign.is_in(record)));
    let known = PRODUCTS.iter().filter(knows).filter(shows).take(MOST);
    known.flat_map(|product| &product.rows).filter(|row| row.cause == cause).map(|row| row.setting.clone()).collect()
}

fn products(table: &'static str) -> Vec<Product> {
    let mut products: Vec<Product> = Vec::new();
    for line in table.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            let mut columns = heading.split('\t');
            let name = columns.next().unwrap_or_default();
            products.push(Product { name, signs: columns.filter_map(Sign::of).collect(), rows: Vec::new() });
        } else if let Some(product) = products.last_mut()
            && let Some(row) = Row::of(product.name, line)
        {
            product.rows.push(row);
        }
    }
    products
}

impl Row {
    fn of(product: &'static str, line: &'static str) -> Option<Self> {
        let mut columns = line.split('\t');
        let mut next = || columns.next();
        let (cause, audience, format, lines, source, written) = (next()?, next()?, next()?, next()?, next()?, next()?);
        let audience = match audience {
            "developer" => Audience::Developer,
            "administrator" => Audience::Administrator,
            _ => return None,
        };
        Some(Self { cause, setting: Setting { audience, product, format, lines: unescaped(lines), source, written } })
    }
}

/// `\n` is a new line, `\\` a backslash.
fn unescaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => written.push(if chars.next() == Some('n') { '\n' } else { '\\' }),
            c => written.push(c),
        }
    }
    written
}

impl Sign {
    fn of(text: &'static str) -> Option<Self> {
        let (kind, what) = text.split_once(' ')?;
        Some(match kind {
            "server" => Self::Server(what),
            "field" => {
                let (name, part) = what.split_once(' ').unwrap_or((what, ""));
                Self::Field(name, part)
            }
            "cookie" => Self::Cookie(what),
            "host" => Self::Host(what),
            "path" => Self::Path(what),
            "realm" => Self::Realm(what),
            "page" => Self::Page(what),
            _ => return None,
        })
    }

    fn is_in(&self, record: &Record) -> bool {
        let (exchange, facts) = (&record.exchange, &record.facts);
        match self {
            Self::Server(name) => {
                let server = exchange.received("server").unwrap_or_default();
                server.split(['/', ' ', '(']).next().is_some_and(|product| product.eq_ignore_ascii_case(name))
            }
            Self::Field(name, part) => exchange
                .response
                .as_ref()
                .is_some_and(|response| response.fields.all(name).any(|value| memmem::find(value.as_bytes(), part.as_bytes()).is_some())),
            Self::Cookie(pattern) => {
                let fits = |name: &str| match pattern.strip_suffix('*') {
                    Some(begin) => name.starts_with(begin),
                    None => name == *pattern,
                };
                facts.cookies.iter().any(|(name, _)| fits(name)) || record.receptions.iter().any(|reception| fits(&reception.name))
            }
            Self::Host(pattern) => {
                let host = exchange.url.host_str().unwrap_or_default();
                match (pattern.starts_with('.'), pattern.ends_with('.')) {
                    (true, true) => host.contains(pattern),
                    (true, false) => host.ends_with(pattern),
                    (false, true) => host.starts_with(pattern),
                    (false, false) => host == *pattern,
                }
            }
            Self::Path(begin) => exchange.url.path().starts_with(begin),
            Self::Realm(realm) => facts.challenges.iter().any(|challenge| challenge.param("realm") == Some(realm)),
            Self::Page(text) => {
                let shown = limits::beginning(exchange.response_text(), limits::STATEMENT_CONTENT);
                memmem::find(shown.as_bytes(), text.as_bytes()).is_some()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::causes::{catalogue, testing};

    fn settings_of(session: &str) -> Vec<Setting> {
        let diagnosis = testing::diagnose(session);
        diagnosis.failures.first().and_then(|failure| failure.causes.first()).map(|cause| cause.settings.clone()).unwrap_or_default()
    }

    #[test]
    fn every_row_belongs_to_a_cause_that_advises_its_reader() {
        let lines = data::settings().lines().filter(|line| !line.starts_with('#')).count();
        let rows: Vec<(&Product, &Row)> = PRODUCTS.iter().flat_map(|product| product.rows.iter().map(move |row| (product, row))).collect();
        assert_eq!(rows.len(), lines, "a row that cannot be read");
        assert!(rows.len() >= 150);
        for (product, row) in rows {
            let cause = catalogue::find(row.cause).unwrap_or_else(|| panic!("{}: {}", product.name, row.cause));
            let advises = cause.meta().advice().remedies().any(|(audience, ..)| audience == row.setting.audience);
            assert!(advises, "{}: {} has nothing for the {}", product.name, row.cause, row.setting.audience.name());
            assert!(row.setting.source.starts_with("https://") && row.setting.written.len() == "2026-01-01".len());
        }
    }

    #[test]
    fn every_product_has_signs_that_can_be_read() {
        let headings = data::settings().lines().filter_map(|line| line.strip_prefix("## "));
        for (heading, product) in headings.zip(PRODUCTS.iter()) {
            assert!(!product.signs.is_empty() && product.signs.len() == heading.split('\t').count() - 1, "{heading}");
            assert!(!product.rows.is_empty(), "{heading}");
        }
    }

    #[test]
    fn the_product_in_front_is_told_what_to_write() {
        let too_large = |server: &str| {
            format!(
                "> GET https://app.test/\n> Cookie: sid={{repeat x 9000}}\n< 400 Bad Request\n< Server: {server}\n<\n< Request Header Or Cookie Too Large\n"
            )
        };
        let nginx = settings_of(&too_large("nginx/1.28.0"));
        assert!(
            nginx.iter().any(|setting| setting.product == "nginx" && setting.lines.starts_with("large_client_header_buffers")),
            "{nginx:?}"
        );
        assert_eq!(settings_of(&too_large("lighttpd/1.4")), []);
    }
}
