// A file opened in a tab of the extension: what it becomes there is, byte for byte, what the command makes of it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../lab/process.mjs';
import { command, top } from '../report/command.mjs';
import { open } from './lib/browser.mjs';
import { gives } from './lib/files.mjs';
import { appears } from './lib/recorder.mjs';

const SCREENSHOTS = join(top, 'target/screenshots');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CASE = readFileSync(join(top, 'tests/cases/oauth/oauth-code-rejected/oidc-provider-verifier/session.har'), 'utf8');
/** The key of both, as no report of anybody has it. */
const KEY = 7;
/** Each form, and the command that makes it. @type {Record<string, string[]>} */
const FORMS = { markdown: ['diagnose', '--format', 'markdown'], json: ['report', '--format', 'json'], har: ['redact'], html: ['report'] };

/** @param {import('./lib/browser.mjs').ExtensionPage} page @param {string} name @param {string} text */
async function openFile(page, name, text) {
  await page.evaluate(gives, '#open', name, [[text, 1]]);
  await appears(page, `[data-file="${name}"]`);
  await appears(page, '.failure.first [data-cause]');
  return page.evaluate(() => document.querySelector('.failure.first [data-cause]')?.getAttribute('data-cause'));
}

/** @param {import('./lib/browser.mjs').ExtensionPage} page */
const violations = (page) => page.evaluate(new Function(`${AXE}; return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')));`));

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: what an opened file becomes is what the command makes of it, and opens again with the same answer`, async () => {
    const folder = temporaryDirectory();
    const browser = await open(name);
    try {
      const [file, key] = [join(folder.path, 'session.har'), join(folder.path, 'key')];
      writeFileSync(file, CASE);
      writeFileSync(key, new Uint8Array(32).fill(KEY));
      const page = await browser.extensionPage('panel/panel.html');
      await appears(page, '#open-first');
      assert.deepEqual(await violations(page), []);
      await page.evaluate((/** @type {number} */ byte) => {
        Object.defineProperty(crypto, 'getRandomValues', { value: (/** @type {Uint8Array} */ bytes) => bytes.fill(byte) });
      }, KEY);
      const answer = await openFile(page, 'session.har', CASE);
      assert.deepEqual(await violations(page), []);
      await page.click('#share');
      await appears(page, '#share-text[aria-busy=false]');
      assert.deepEqual(await violations(page), []);
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot(join(SCREENSHOTS, `${name}-page-share.png`), { width: 1280, height: 800 });
      let har = '';
      for (const [form, [verb, ...options]] of Object.entries(FORMS)) {
        await page.click(`#sharing input[value=${form}]`);
        await appears(page, `#sharing[data-form=${form}] #share-text[aria-busy=false]`);
        const text = await page.evaluate(() => document.querySelector('#share-text')?.textContent);
        const { stdout: made } = spawnSync(command, [verb ?? '', file, '--key', key, ...options], { encoding: 'utf8' });
        assert.equal(text, made.slice(0, 100_000), form);
        if (form === 'har') har = made;
      }
      await page.click('#sharing .close');
      assert.equal(await openFile(page, 'redacted.har.json', har), answer);
    } finally {
      await browser.close();
      folder.remove();
    }
  });
}
