//! Where the addresses of an exchange lead: parsed, and their sites found, once.

use std::collections::HashMap;
use std::sync::Arc;

use url::Url;

use super::Record;
use crate::exchange::Exchange;
use crate::facts::{ByFingerprint, Fingerprint};
use crate::site::{Site, registrable_domain, scheme_of};

/// A URL whose site is known.
#[derive(Debug)]
pub(super) struct Address {
    url: Url,
    domain_at: Option<usize>,
}

impl Address {
    fn site(&self) -> Option<Site<'_>> {
        site(&self.url, self.domain_at)
    }
}

/// The addresses of one exchange.
#[derive(Debug)]
pub(super) struct Addresses {
    /// Where the domain of its own site begins in its host; `None` where it has no host.
    domain_at: Option<usize>,
    /// The page that made it.
    page: Option<Arc<Address>>,
    /// Where its answer sends the browser.
    redirect: Option<Box<Address>>,
}

impl Addresses {
    /// Where the answer sends the browser.
    pub fn redirect(&self) -> Option<&Url> {
        self.redirect.as_deref().map(|redirect| &redirect.url)
    }
}

/// What is known of hosts and pages: a session has few of them.
#[derive(Default)]
pub(super) struct Directory {
    domains: HashMap<Box<str>, usize>,
    pages: ByFingerprint<Arc<Address>>,
}

impl Directory {
    /// The addresses of an exchange, made by `page` and sent on to `redirect`.
    pub fn addresses_of(&mut self, exchange: &Exchange, page: Option<Url>, redirect: Option<Url>) -> Addresses {
        let domain_at = self.domain_at(&exchange.url);
        let page = page.map(|page| self.page(page));
        let redirect = redirect.map(|target| Box::new(self.address(target)));
        Addresses { domain_at, page, redirect }
    }

    fn page(&mut self, page: Url) -> Arc<Address> {
        let text = Fingerprint::of(page.as_str());
        if let Some(known) = self.pages.get(&text).filter(|known| known.url == page) {
            return Arc::clone(known);
        }
        let address = Arc::new(self.address(page));
        self.pages.insert(text, Arc::clone(&address));
        address
    }

    fn address(&mut self, url: Url) -> Address {
        Address { domain_at: self.domain_at(&url), url }
    }

    fn domain_at(&mut self, url: &Url) -> Option<usize> {
        let host = url.host_str().filter(|host| !host.is_empty())?;
        if let Some(known) = self.domains.get(host) {
            return Some(*known);
        }
        let domain_at = host.len() - registrable_domain(host).unwrap_or(host).len();
        self.domains.insert(host.into(), domain_at);
        Some(domain_at)
    }
}

fn site(url: &Url, domain_at: Option<usize>) -> Option<Site<'_>> {
    Some(Site { scheme: scheme_of(url), domain: url.host_str()?.get(domain_at?..)? })
}

impl Record {
    /// The site that was asked; `None` where the URL has no host.
    #[must_use]
    pub fn site(&self) -> Option<Site<'_>> {
        site(&self.exchange.url, self.addresses.domain_at)
    }

    /// The page that made the request: see [`Exchange::page`].
    #[must_use]
    pub fn page(&self) -> Option<&Url> {
        self.addresses.page.as_deref().map(|page| &page.url)
    }

    /// The site of that page.
    #[must_use]
    pub fn page_site(&self) -> Option<Site<'_>> {
        self.addresses.page.as_deref().and_then(Address::site)
    }

    /// Where the response sends the browser: see [`Exchange::redirect_target`].
    #[must_use]
    pub fn redirect_target(&self) -> Option<&Url> {
        self.addresses.redirect()
    }

    /// The site to which it does.
    #[must_use]
    pub fn redirect_site(&self) -> Option<Site<'_>> {
        self.addresses.redirect.as_deref().and_then(Address::site)
    }
}
