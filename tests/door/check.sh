# What must hold of the sources and of what ships, without running them.

# Budget in bytes of the core and the suffix list that ships beside it: every panel that opens loads both.
core_budget=550000
core_budget_gzipped=210000

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
  local file size gzipped raw_sum=0 gzipped_sum=0
  for file in extension/wasm/why401_bg.wasm extension/wasm/public_suffix_list.txt; do
    size=$(wc -c <"$file")
    gzipped=$(gzip -9 -c "$file" | wc -c)
    echo "${file##*/}: $size bytes, gzipped $gzipped"
    raw_sum=$((raw_sum + size)) gzipped_sum=$((gzipped_sum + gzipped))
  done
  echo "together $raw_sum bytes of $core_budget, gzipped $gzipped_sum of $core_budget_gzipped"
  [ "$raw_sum" -lt "$core_budget" ] && [ "$gzipped_sum" -lt "$core_budget_gzipped" ] || stop "the core is over its budget"
}
