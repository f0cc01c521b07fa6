# From the crate to extension/wasm: compile, write the JavaScript side, optimise.

target_dir=${CARGO_TARGET_DIR:-target}
# Debian's compiler and rustup's never share a target folder: each would rebuild the other's work.
debian_target_dir=$target_dir/debian
wasm_way=''

# The features are those that every browser since the manifest's oldest has, and that rustc emits.
wasm_opt_flags=(-Os --strip-producers --strip-target-features --enable-bulk-memory --enable-bulk-memory-opt --enable-multivalue
  --enable-mutable-globals --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext --enable-simd)

# Both ways build the standard library along, for size and without the text of panics: a panic ends
# the wasm all the same, and the prebuilt library would be a fifth of what ships.
build_std=(-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size)
# Captures are searched sixteen bytes at once, by libraries that say so themselves. What LLVM would turn into vectors makes the
# wasm a fifth larger and no faster. What it inlines as far as 30 makes the package a hundredth larger and the core a twentieth faster
# than as far as 10, and the package too large.
build_std_rustflags='-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none -Zlocation-detail=none
  -Ctarget-feature=+simd128 -Cno-vectorize-loops -Cno-vectorize-slp -Cllvm-args=-inline-threshold=10'

# Chooses how to compile for wasm32-unknown-unknown: with the target and the library's source as
# rustup installs them, or with Debian's compiler. WHY401_WASM_WAY=debian asks for the latter.
need_wasm_target() {
  if [ "${WHY401_WASM_WAY:-}" = debian ]; then
    debian_wasm_ready || debian_wasm_install
    wasm_way=debian
  elif rustup_wasm_ready; then
    wasm_way=rustup
  elif debian_wasm_ready; then
    wasm_way=debian
  elif have rustup && say "installing the wasm32-unknown-unknown target and rust-src with rustup" &&
    timeout 300 rustup target add wasm32-unknown-unknown && timeout 300 rustup component add rust-src; then
    wasm_way=rustup
  else
    debian_wasm_install
    wasm_way=debian
  fi
}

rustup_wasm_ready() {
  [ -d "$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)" ] &&
    [ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library/std" ]
}

debian_wasm_ready() {
  [ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] && [ -x /usr/bin/clippy-driver ] && have rust-lld &&
    [ -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/std" ]
}

debian_wasm_install() {
  local lld=''
  if have apt-cache; then
    # Without the newest lld that rust-lld links to, linking ends with "linker rust-lld not found".
    lld=$(apt-cache search --names-only '^lld-[0-9]+$' | awk '{print $1}' | sort -V | tail -n 1)
  fi
  need_apt "a Rust compiler for wasm" rustc-web cargo-web rust-web-src rust-web-llvm rust-web-clippy "${lld:-lld}"
  debian_wasm_ready || stop "no Rust compiler for wasm32-unknown-unknown could be installed. With rustup: rustup target add wasm32-unknown-unknown"
}

# wasm_cargo SUBCOMMAND ARGUMENT…: cargo for the wasm core, by whichever way this machine has.
wasm_cargo() {
  local subcommand=$1
  shift
  local arguments=("${build_std[@]}" --profile wasm --target wasm32-unknown-unknown -p why401 "$@")
  local -x RUSTC_BOOTSTRAP=1 RUSTFLAGS
  RUSTFLAGS="$(remapped_paths) $build_std_rustflags"
  if [ "$wasm_way" = debian ]; then
    PATH=/usr/bin:$PATH RUSTC=/usr/bin/rustc CARGO_TARGET_DIR=$debian_target_dir /usr/bin/cargo "$subcommand" "${arguments[@]}"
  else
    cargo "$subcommand" "${arguments[@]}"
  fi
}

# What ships must not tell where it was built, or two checkouts would differ.
remapped_paths() {
  local cargo_home=${CARGO_HOME:-$HOME/.cargo} index
  # Before the first download there is nothing to remap yet, and the first build would differ.
  [ -d "$cargo_home/registry/src" ] || cargo fetch --quiet --locked
  printf -- '--remap-path-prefix=%s=why401 ' "$PWD"
  printf -- '--remap-path-prefix=%s=cargo ' "$cargo_home"
  printf -- '--remap-path-prefix=%s=rust ' "$(wasm_sysroot)/lib/rustlib/src/rust"
  for index in "$cargo_home"/registry/src/*; do
    printf -- '--remap-path-prefix=%s=crates ' "$index"
  done
}

wasm_sysroot() {
  if [ "$wasm_way" = debian ]; then /usr/bin/rustc --print sysroot; else rustc --print sysroot; fi
}

wasm_build() {
  say "the core, for wasm"
  # Once everything is built, cargo has nothing to tell any more.
  local quiet=()
  [ ! -e extension/wasm/why401_bg.wasm ] || quiet=(--quiet)
  wasm_cargo build "${quiet[@]}"
  cargo build "${quiet[@]}" -p why401-bindgen
  local compiled=$target_dir/wasm32-unknown-unknown/wasm/why401.wasm
  [ "$wasm_way" != debian ] || compiled=$debian_target_dir/wasm32-unknown-unknown/wasm/why401.wasm
  local bindgen=$target_dir/debug/why401-bindgen stamp=$target_dir/wasm-inputs inputs
  inputs=$(sha256sum "$compiled" "$bindgen" tests/package-lock.json tools/wasm.sh)
  if [ -e extension/wasm/why401_bg.wasm ] && [ "$inputs" = "$(cat "$stamp" 2>/dev/null)" ]; then
    return
  fi
  rm -rf extension/wasm
  "$bindgen" "$compiled" extension/wasm
  # Functions whose names begin alike are alike, and deflate finds that only where they stand near each other: the package is 2 %
  # smaller.
  node tests/node_modules/.bin/wasm-opt "${wasm_opt_flags[@]}" --reorder-functions-by-name \
    extension/wasm/why401_bg.wasm -o extension/wasm/why401_bg.wasm
  printf '%s' "$inputs" >"$stamp"
}
