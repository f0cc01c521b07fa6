# What ships that others wrote, copied in from npm at the version of tests/package-lock.json.

vendor_build() {
  local from=tests/node_modules/snabbdom into=extension/vendor/snabbdom file
  local files='h htmldomapi init is vnode modules/attributes modules/eventlisteners modules/props modules/style' stamp
  stamp="$(node -p "require('./$from/package.json').version") $files"
  [ "$(cat "$into/version" 2>/dev/null)" != "$stamp" ] || return 0
  rm -rf extension/vendor
  mkdir -p "$into/modules"
  for file in hooks modules/module; do cp "$from/build/$file.d.ts" "$into/$file.d.ts"; done
  for file in $files; do
    # The maps that the last line names do not ship.
    grep -v '^//# sourceMappingURL' "$from/build/$file.js" >"$into/$file.js"
    cp "$from/build/$file.d.ts" "$into/$file.d.ts"
  done
  cp "$from/LICENSE" "$into/LICENSE"
  printf '%s' "$stamp" >"$into/version"
}
