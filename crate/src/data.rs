//! The texts of `crate/data`. Natively they are part of the program; in a browser they are files beside
//! the wasm, which the extension hands over once: so each can be renewed alone, and none is compiled.

#[cfg(not(target_arch = "wasm32"))]
mod texts {
    /// The Public Suffix List in the form that [`site`](crate::site) searches.
    #[must_use]
    pub fn public_suffix_list() -> &'static str {
        include_str!("../data/public_suffix_list.txt")
    }

    /// What named products say when a login fails.
    #[must_use]
    pub fn products() -> &'static str {
        include_str!("../data/products.tsv")
    }

    /// English words of identifiers and sentences, and what they stand for.
    #[must_use]
    pub fn words() -> &'static str {
        include_str!("../data/words.tsv")
    }

    /// What sentences of other languages say, as `tools/words` learned it.
    #[must_use]
    pub fn sentences() -> &'static str {
        include_str!("../data/sentences.txt")
    }

    /// What products are told so that a login succeeds.
    #[must_use]
    pub fn settings() -> &'static str {
        include_str!("../data/settings.tsv")
    }

    /// What a broken rule of a grammar means.
    #[must_use]
    pub fn rules() -> &'static str {
        include_str!("../data/rules.tsv")
    }
}

#[cfg(target_arch = "wasm32")]
mod texts {
    use std::sync::OnceLock;

    static HANDED_OVER: OnceLock<Texts> = OnceLock::new();

    /// What the extension hands over.
    #[derive(Default)]
    pub struct Texts {
        /// `public_suffix_list.txt`; without it a host's last label counts as its public suffix.
        pub public_suffix_list: String,
        /// `products.tsv`; without it no product is recognised by its words.
        pub products: String,
        /// `words.tsv`; without it no identifier and no sentence is understood.
        pub words: String,
        /// `sentences.txt`; without it only English is.
        pub sentences: String,
        /// `settings.tsv`; without it no product's setting is named.
        pub settings: String,
        /// `rules.tsv`; without it a broken rule has a name only.
        pub rules: String,
        /// `advice.txt`; without it causes have neither title nor remedies.
        pub advice: String,
    }

    /// Takes the texts, once: later calls change nothing.
    pub fn hand_over(texts: Texts) {
        HANDED_OVER.get_or_init(|| texts);
    }

    /// The Public Suffix List in the form that [`site`](crate::site) searches.
    pub fn public_suffix_list() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| &texts.public_suffix_list)
    }

    /// What named products say when a login fails.
    pub fn products() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| &texts.products)
    }

    /// English words of identifiers and sentences, and what they stand for.
    pub fn words() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| &texts.words)
    }

    /// What sentences of other languages say.
    pub fn sentences() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| &texts.sentences)
    }

    /// What products are told so that a login succeeds.
    pub fn settings() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| &texts.settings)
    }

    /// What a broken rule of a grammar means.
    pub fn rules() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| &texts.rules)
    }

    /// Titles, remedies and references of all causes.
    pub fn advice() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| &texts.advice)
    }
}

pub use texts::*;
