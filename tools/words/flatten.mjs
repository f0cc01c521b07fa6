// Reads catalogues that are scripts: for every line `product TAB language TAB file` of the standard input, prints its
// texts as JSON, one a line: product, language, key, text. Scripts of npm packages are run, so only what catalogues.tsv names.
import Module, { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

// What a package needs of others is not installed: texts do not depend on it.
const anything = new Proxy(function () {}, {
  get: (_, name) => (name === "then" ? undefined : name === Symbol.toPrimitive ? () => "" : anything),
  apply: () => anything,
  construct: () => anything,
});
const load = Module._load;
Module._load = function (...request) {
  try {
    return load.apply(this, request);
  } catch {
    return anything;
  }
};
const require = createRequire(import.meta.url);

function* leaves(value, path) {
  if (typeof value === "string") {
    yield [path, value];
  } else if (value && typeof value === "object") {
    for (const [name, member] of Object.entries(value)) {
      yield* leaves(member, path ? `${path}.${name}` : name);
    }
  }
}

function oneCatalogue(entries) {
  const wrapping = entries.find(([, part]) => typeof part?.translations === "object");
  return wrapping ? wrapping[1].translations : entries.length === 1 ? entries[0][1] : undefined;
}

const languageName = /^[a-z]{2}(-[A-Z]{2}|_[A-Z]{2}|[A-Z]{2})?$/;

for await (const line of createInterface({ input: process.stdin })) {
  const [product, language, file] = line.split("\t");
  const module = await import(pathToFileURL(file)).catch(() => require(file));
  // A catalogue is the default export, or the only one; some packages have all languages in one.
  const wrapped = module.default?.default ?? module.default ?? module;
  const entries = typeof wrapped === "object" ? Object.entries(wrapped) : [];
  const parts =
    language.length === 1
      ? entries.filter(([name]) => languageName.test(name) || name === "OryLocales")
      : [[language, oneCatalogue(entries) ?? wrapped]];
  const inLanguages = parts.flatMap(([name, part]) => (name === "OryLocales" ? Object.entries(part) : [[name, part]]));
  for (const [name, part] of inLanguages) {
    for (const [key, text] of leaves(part, "")) {
      process.stdout.write(`${JSON.stringify([product, name, key, text])}\n`);
    }
  }
}
