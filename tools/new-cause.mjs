// Starts a new cause: writes crate/src/causes/FAMILY/ID.rs and registers it.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Ids are kebab case, and become names of files, types and tests. */
const WORD = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** @param {string} id */
const module = (id) => id.replaceAll('-', '_');

/** @param {string} id `token-expired` becomes `TokenExpired` */
const type = (id) => id.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');

/**
 * @param {string} family
 * @param {string} id
 * @returns {string} a cause that compiles and finds nothing yet, so that its tests fail until it is written
 */
const template = (family, id) => `use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::Finding;

declare_cause! {
    /// What happened, and why, in two or three sentences; then a session that has this cause.
    ///
    /// \`\`\`http-notation
    /// > GET https://app.example.test/
    /// < 401 Unauthorized
    /// \`\`\`
    ${type(id)} {
        id: "${id}",
        family: "${family}",
        side: Server,
        stage: Refused,
        title: "${id.replaceAll('-', ' ')}",
        recognised: "What in the exchanges decides it.",
        remedies: [
            (User, "What the user can do.", "How to see that it worked."),
            (Developer, "What the developer can do.", "How to see that it worked."),
            (Administrator, "What the administrator can do.", "How to see that it worked."),
        ],
        references: [("RFC 9110 15.5.2: 401 Unauthorized", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2")],
    }
}

impl Cause for ${type(id)} {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, _case: &Case<'_>) -> Option<Finding> {
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "${id}";

    #[test]
    fn reports_a_session_that_has_it() {
        reports(ID, "> GET https://app.example.test/\\n< 401 Unauthorized\\n");
    }

    #[test]
    fn passes_over_a_session_that_only_looks_like_it() {
        is_silent(ID, "> GET https://app.example.test/\\n< 403 Forbidden\\n");
    }
}
`;

/**
 * @param {string} id
 * @param {string} entry the cause in the list
 */
const newFamily = (id, entry) => `//! What this family of causes has in common.

mod ${module(id)};

use crate::cause::Cause;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[${entry}];
`;

/**
 * Adds the cause to its family's list, and the family to the causes where it is new.
 * @param {string} causes the directory
 * @param {string} family
 * @param {string} id
 */
function register(causes, family, id) {
  const list = join(causes, family, 'mod.rs');
  const entry = `&${module(id)}::${type(id)}`;
  if (existsSync(list)) {
    change(list, /^(?:mod \w+;\n)+/m, (found) => `${found}mod ${module(id)};\n`);
    change(list, /^pub static CAUSES: [^;]*?(?=,?\s*\];)/m, (found) => `${found}, ${entry}`);
    return;
  }
  writeFileSync(list, newFamily(id, entry));
  const all = join(causes, 'mod.rs');
  change(all, /^(?:pub mod \w+;\n)+/m, (found) => [...found.trimEnd().split('\n'), `pub mod ${family};`].sort().join('\n') + '\n');
  const catalogue = join(causes, 'catalogue.rs');
  change(catalogue, /^use super::\{/m, (found) => `${found}${family}, `);
  change(catalogue, /\s*\w+::CAUSES(?=,?\s*\])/, (last) => `${last},${/^\s*/.exec(last)?.[0] || ' '}${family}::CAUSES`);
}

/**
 * @param {string} path
 * @param {RegExp} pattern
 * @param {(found: string) => string} replace
 */
function change(path, pattern, replace) {
  const text = readFileSync(path, 'utf8');
  if (!pattern.test(text)) throw new Error(`${path} no longer has the list of causes where it was`);
  writeFileSync(path, text.replace(pattern, replace));
}

/**
 * @param {string} top the project's directory
 * @param {string} family
 * @param {string} id
 * @returns {string} the path of the new file, below `top`
 */
export function newCause(top, family, id) {
  if (!WORD.test(family) || family.includes('-')) throw new Error(`a family is one word in lower case, not “${family}”`);
  if (!WORD.test(id)) throw new Error(`an id is in kebab case, as token-expired is, not “${id}”`);
  const causes = join(top, 'crate/src/causes');
  const path = join('crate/src/causes', family, `${module(id)}.rs`);
  if (existsSync(join(top, path))) throw new Error(`${path} exists already`);
  mkdirSync(join(causes, family), { recursive: true });
  register(causes, family, id);
  writeFileSync(join(top, path), template(family, id));
  execFileSync('rustfmt', ['--edition', '2024', join(causes, family, 'mod.rs'), join(causes, 'mod.rs'), join(causes, 'catalogue.rs')]);
  return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [family = '', id = ''] = process.argv.slice(2);
  try {
    const path = newCause(fileURLToPath(new URL('..', import.meta.url)), family, id);
    console.log(`${path} is written and registered. Its tests fail until it is a cause:
  1. its example session, in exchange notation (CONTRIBUTING.md), and what it says to people
  2. examine(), which decides
  3. near misses, which it must pass over in silence
cargo test -p why401 --lib causes`);
  } catch (error) {
    console.error(`new-cause FAMILY ID: ${/** @type {Error} */ (error).message}`);
    process.exitCode = 2;
  }
}
