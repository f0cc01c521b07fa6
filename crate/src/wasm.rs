//! The core's face towards JavaScript, and the only file that names it: every function here turns
//! plain JavaScript values into the core's types, calls it, and turns the answer back.

use js_sys::{Array, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

use crate::capture::Source;
use crate::capture::har::{Entry, Object};
use crate::causes;
use crate::data::{self, Texts};
use crate::diagnosis::Input;
use crate::redact::Redactor;
use crate::session::Session;
use crate::time::Time;

/// Takes the files that ship beside the wasm, before the first session: `public_suffix_list.txt`,
/// `products.tsv`, `rules.tsv` and `advice.txt`. Later calls change nothing.
#[wasm_bindgen]
pub fn hand_over(public_suffix_list: String, products: String, rules: String, advice: String) {
    data::hand_over(Texts { public_suffix_list, products, rules, advice });
}

/// A session that is being watched. After a panic every object of the same module is dead: load
/// the module anew and push again what was pushed before.
#[wasm_bindgen]
pub struct Core {
    session: Session,
    redactor: Redactor,
    input: Input,
    latest: Time,
}

#[wasm_bindgen]
impl Core {
    /// An empty session as `browser` ("chrome" or "firefox") would keep it.
    #[wasm_bindgen(constructor)]
    pub fn new(browser: &str) -> Result<Core, JsError> {
        let source = Source::devtools(browser)
            .ok_or_else(|| JsError::new(&format!("`{browser}` is no browser that the core knows; pass chrome or firefox")))?;
        let session = Session::new(source.profile());
        let input = Input { source: source.name, ..Input::default() };
        Ok(Self { session, redactor: Redactor::default(), input, latest: Time::default() })
    }

    /// Whether the response content of a HAR entry is worth asking the browser for.
    pub fn wants_body(&self, entry: &JsValue) -> Result<bool, JsError> {
        Ok(read(entry)?.wants_content())
    }

    /// Takes one HAR entry and the response content, if it was asked for. Returns its position.
    pub fn push(&mut self, entry: &JsValue, body: Option<String>, base64: bool) -> Result<usize, JsError> {
        let entry = read(entry)?.with_content(body, base64);
        let number = u32::try_from(self.session.records().len()).unwrap_or(u32::MAX);
        let exchange =
            entry.exchange(number, self.latest).map_err(|error| JsError::new(&format!("this entry was passed over: {error}")))?;
        self.latest = exchange.started;
        Ok(self.session.push(exchange))
    }

    /// The diagnosis of all that was pushed, in the shape of the JSON form, version 1.
    pub fn diagnosis(&mut self) -> Result<JsValue, JsError> {
        plain(&self.session.diagnose(self.input.clone(), &mut self.redactor))
    }

    /// The list rows of the exchanges from position `from` on.
    pub fn rows(&mut self, from: usize) -> Result<JsValue, JsError> {
        let rows: Vec<_> = (from..self.session.records().len()).filter_map(|at| self.session.row(at, &mut self.redactor)).collect();
        plain(&rows)
    }

    /// The opened exchange at a position; `undefined` where there is none.
    pub fn exchange(&mut self, index: usize) -> Result<JsValue, JsError> {
        self.session.detail(index, &mut self.redactor).map_or(Ok(JsValue::UNDEFINED), |detail| plain(&detail))
    }

    /// The clear value behind a mask; `undefined` where there is none.
    pub fn reveal(&self, _index: usize, secret: &str) -> Option<String> {
        self.redactor.clear(secret).map(str::to_owned)
    }
}

/// Every cause that this build knows: id, family, side and title.
#[wasm_bindgen]
pub fn catalogue() -> Result<JsValue, JsError> {
    #[derive(Serialize)]
    struct Item {
        id: &'static str,
        family: &'static str,
        side: &'static str,
        title: &'static str,
    }
    let items = causes::catalogue::all().map(|cause| cause.meta()).map(|meta| Item {
        id: meta.id,
        family: meta.family,
        side: meta.side.name(),
        title: meta.title(),
    });
    plain(&items.collect::<Vec<_>>())
}

/// The version of this build, as Cargo knows it: `0.1.0`.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn read(entry: &JsValue) -> Result<Entry<'static>, JsError> {
    if entry.is_object() {
        Ok(Entry::of(entry))
    } else {
        Err(JsError::new("this entry is no HAR entry: pass the object that devtools.network hands out"))
    }
}

impl Object for JsValue {
    fn object(&self, name: &str) -> Option<Self> {
        Reflect::get(self, &name.into()).ok().filter(Self::is_object)
    }

    fn text(&self, name: &str) -> Option<String> {
        let member = Reflect::get(self, &name.into()).ok()?;
        // Nothing that is read needs the fraction of a number.
        let number = || member.as_f64().map(|number| (number as i64).to_string());
        let truth = || member.as_bool().map(|truth| truth.to_string());
        member.as_string().or_else(number).or_else(truth)
    }

    fn list(&self, name: &str, most: usize) -> Vec<Self> {
        let list = self.object(name).filter(Array::is_array).map(|list| Array::from(&list)).unwrap_or_default();
        list.iter().take(most).collect()
    }
}

fn plain(value: &impl Serialize) -> Result<JsValue, JsError> {
    value.serialize(&Serializer::json_compatible()).map_err(|error| JsError::new(&error.to_string()))
}
