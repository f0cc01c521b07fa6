# What must hold of the sources and of what ships, without running them.

# Budget of the shipped core in bytes: every panel that opens downloads and compiles it.
wasm_budget=463000
wasm_budget_gzipped=178000

check_all() {
  say "format"
  cargo fmt --all --check
  say "clippy"
  cargo clippy --quiet --workspace --all-targets --all-features -- -D warnings
  say "clippy, for wasm"
  wasm_cargo clippy --quiet -- -D warnings
  say "walls"
  node tests/door/walls.mjs
  say "types"
  check_types
  if [ -e extension/manifest.json ]; then
    say "manifest"
    node tests/node_modules/.bin/web-ext lint --source-dir extension --ignore-files 'wasm/*.d.ts' \
      --warnings-as-errors --boring </dev/null
  fi
  say "size"
  check_size
}

check_types() {
  local project
  for project in tests/tsconfig.json tests/tsconfig.extension.json; do
    node tests/node_modules/.bin/tsc --project "$project"
  done
}

check_size() {
  local raw gzipped
  raw=$(wc -c <extension/wasm/why401_bg.wasm)
  gzipped=$(gzip -9 -c extension/wasm/why401_bg.wasm | wc -c)
  echo "why401_bg.wasm: $raw bytes of $wasm_budget, gzipped $gzipped of $wasm_budget_gzipped"
  [ "$raw" -lt "$wasm_budget" ] && [ "$gzipped" -lt "$wasm_budget_gzipped" ] || stop "the wasm is over its budget"
}
