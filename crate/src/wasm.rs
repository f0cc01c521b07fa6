//! The core's face towards JavaScript, and the only file that names it: every function here turns
//! plain JavaScript values into the core's types, calls it, and turns the answer back.

use wasm_bindgen::prelude::wasm_bindgen;

/// The version of this build, as Cargo knows it: `0.1.0`.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
