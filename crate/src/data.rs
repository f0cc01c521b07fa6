//! The texts of `crate/data`. Natively they are part of the program; in a browser they are one file beside
//! the wasm, which the extension hands over once: so none is compiled, and none is read twice.

/// What ends each of the texts in that file.
const END: &str = "\0";

/// The texts of that file, in the order in which they are written, where it holds them all.
#[cfg(any(target_arch = "wasm32", test))]
fn parted(file: Vec<u8>) -> Result<[&'static str; 7], &'static str> {
    let Ok(file) = String::from_utf8(file) else { return Err("The file of texts is no UTF-8: install the extension anew.") };
    let file: &'static str = file.leak();
    let parts: Vec<&str> = file.split(END).collect();
    match parts[..] {
        [psl, products, rules, advice, words, sentences, settings, ""] => Ok([psl, products, rules, advice, words, sentences, settings]),
        _ => Err("The file of texts is not whole: install the extension anew."),
    }
}

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

    /// The file that a browser is handed over, with the titles, remedies and references of all causes.
    #[must_use]
    pub fn joined(advice: &str) -> String {
        [public_suffix_list(), products(), rules(), advice, words(), sentences(), settings(), ""].join(super::END)
    }
}

#[cfg(target_arch = "wasm32")]
mod texts {
    use std::sync::OnceLock;

    static HANDED_OVER: OnceLock<Texts> = OnceLock::new();

    /// What the extension hands over.
    #[derive(Default)]
    struct Texts {
        /// Without it a host's last label counts as its public suffix.
        public_suffix_list: &'static str,
        /// Without it no product is recognised by its words.
        products: &'static str,
        /// Without it a broken rule has a name only.
        rules: &'static str,
        /// Without it causes have neither title nor remedies.
        advice: &'static str,
        /// Without it no identifier and no sentence is understood.
        words: &'static str,
        /// Without it only English is.
        sentences: &'static str,
        /// Without it no product's setting is named.
        settings: &'static str,
    }

    /// Takes the file of all texts, once: later calls change nothing.
    ///
    /// # Errors
    /// Where it does not hold them all.
    pub fn hand_over(file: Vec<u8>) -> Result<(), &'static str> {
        if HANDED_OVER.get().is_none() {
            let [public_suffix_list, products, rules, advice, words, sentences, settings] = super::parted(file)?;
            HANDED_OVER.get_or_init(|| Texts { public_suffix_list, products, rules, advice, words, sentences, settings });
        }
        Ok(())
    }

    /// The Public Suffix List in the form that [`site`](crate::site) searches.
    pub fn public_suffix_list() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| texts.public_suffix_list)
    }

    /// What named products say when a login fails.
    pub fn products() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| texts.products)
    }

    /// English words of identifiers and sentences, and what they stand for.
    pub fn words() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| texts.words)
    }

    /// What sentences of other languages say.
    pub fn sentences() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| texts.sentences)
    }

    /// What products are told so that a login succeeds.
    pub fn settings() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| texts.settings)
    }

    /// What a broken rule of a grammar means.
    pub fn rules() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| texts.rules)
    }

    /// Titles, remedies and references of all causes.
    pub fn advice() -> &'static str {
        HANDED_OVER.get().map_or("", |texts| texts.advice)
    }
}

pub use texts::*;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_texts_is_taken_whole_or_not_at_all() {
        let file = joined("advice").into_bytes();
        let parts = parted(file.clone()).unwrap();
        assert_eq!((parts[0], parts[3], parts[6]), (public_suffix_list(), "advice", settings()));
        for broken in [Vec::new(), file[..file.len() - 1].to_vec(), file[..file.len() / 2].to_vec(), [&b"\xff"[..], &file].concat()] {
            assert!(parted(broken).is_err());
        }
    }
}
