# What ships that others wrote, copied in from npm at the version of tests/package-lock.json.

vendor_build() {
  local from=tests/node_modules/snabbdom into=extension/vendor/snabbdom file
  [ "$(cat "$into/version" 2>/dev/null)" != "$(node -p "require('./$from/package.json').version")" ] || return 0
  rm -rf extension/vendor
  mkdir -p "$into/modules"
  for file in h hooks htmldomapi init is thunk vnode modules/attributes modules/eventlisteners modules/module modules/props modules/style; do
    # The maps that the last line names do not ship.
    grep -v '^//# sourceMappingURL' "$from/build/$file.js" >"$into/$file.js"
    cp "$from/build/$file.d.ts" "$into/$file.d.ts"
  done
  cp "$from/LICENSE" "$into/LICENSE"
  node -p "require('./$from/package.json').version" >"$into/version"
}
