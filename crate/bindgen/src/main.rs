//! Writes the JavaScript side of the wasm core and the texts that it is handed:
//! `why401-bindgen IN.wasm OUT_DIR`.
//!
//! It is a program of this workspace, not a tool to install, so that the one `Cargo.lock` keeps the
//! generator at the version of the `wasm-bindgen` library; the two refuse to work together otherwise.

use std::path::Path;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [input, output] = arguments.as_slice() else {
        eprintln!("usage: why401-bindgen IN.wasm OUT_DIR");
        return ExitCode::from(2);
    };
    let written = Bindgen::new().input_path(input).out_name("why401").web(true).and_then(|bindgen| {
        bindgen.typescript(true).reset_state_function(true).remove_name_section(true).remove_producers_section(true).generate(output)
    });
    let written = written.and_then(|()| Ok(write_texts(Path::new(output))?));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("why401-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn write_texts(output: &Path) -> std::io::Result<()> {
    use why401::data;
    std::fs::write(output.join("public_suffix_list.txt"), data::public_suffix_list())?;
    std::fs::write(output.join("products.tsv"), data::products())?;
    std::fs::write(output.join("rules.tsv"), data::rules())?;
    std::fs::write(output.join("words.tsv"), data::words())?;
    std::fs::write(output.join("sentences.txt"), data::sentences())?;
    std::fs::write(output.join("settings.tsv"), data::settings())?;
    std::fs::write(output.join("advice.txt"), why401::causes::catalogue::advice())
}
