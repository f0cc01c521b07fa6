# What must hold of the sources and of what ships, without running them.

# Budget in bytes of what people install, zipped: an extension is fetched once and then read from disk.
package_budget=1500000

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
  say "readiness"
  node tests/bench/ready.mjs
}

check_types() {
  local project
  for project in tests/tsconfig.json tests/tsconfig.extension.json; do
    node tests/node_modules/.bin/tsc --project "$project"
  done
}

check_size() {
  local file size
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0} node tools/package.mjs >/dev/null
  for file in dist/*-{chrome,firefox}.zip; do
    size=$(wc -c <"$file")
    echo "${file##*/}: $size bytes of $package_budget"
    [ "$size" -lt "$package_budget" ] || stop "$file is over its budget"
  done
  echo "the wasm in it: $(wc -c <extension/wasm/why401_bg.wasm) bytes"
}
