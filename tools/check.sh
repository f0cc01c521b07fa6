# What must hold of the sources and of what ships, without running them.

# Budget in bytes of the core and the suffix list that ships beside it: every panel that opens loads both.
core_budget=700000
core_budget_gzipped=260000

check_all() {
  say "format"
  cargo fmt --all --check
  cargo fmt --manifest-path tests/fuzz/Cargo.toml --check
  say "clippy"
  cargo clippy --quiet --workspace --all-targets --all-features -- -D warnings
  say "clippy, for wasm"
  wasm_cargo clippy --quiet -- -D warnings
  say "walls"
  node tools/walls.mjs
  say "types"
  check_types
  if [ -e extension/manifest.json ]; then
    say "manifest"
    node tests/node_modules/.bin/web-ext lint --source-dir extension --ignore-files 'wasm/*.d.ts' 'vendor/**/*.d.ts' 'shared/*.d.ts' \
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

# What the texts beside the wasm weigh is told, not bounded: they are not compiled.
check_size() {
  local file size gzipped
  for file in extension/wasm/*.txt extension/wasm/*.tsv extension/wasm/why401_bg.wasm; do
    size=$(wc -c <"$file")
    gzipped=$(gzip -9 -c "$file" | wc -c)
    echo "${file##*/}: $size bytes, gzipped $gzipped"
  done
  echo "of the wasm's $core_budget, gzipped $core_budget_gzipped"
  [ "$size" -lt "$core_budget" ] && [ "$gzipped" -lt "$core_budget_gzipped" ] || stop "the core is over its budget"
}
