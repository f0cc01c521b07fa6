// The redacted capture is a HAR for everybody: both browsers list it in their own Network panels, and Playwright replays it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { temporaryDirectory } from '../lab/process.mjs';
import { command, top } from '../report/command.mjs';
import { binary, open } from './lib/browser.mjs';

/** Sessions of both browsers. */
const SESSIONS = ['oauth/oauth-code-rejected/oidc-provider-verifier/session.har', 'healthy/apache-digest-firefox/session.har', 'cookies/cookie-rejected-secure/express/session.har'];

/** @param {string} session @returns {string} */
const redacted = (session) => execFileSync(command, ['redact', join(top, 'tests/cases', session)], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });

/** @param {string} har @returns {{ request: { method: string, url: string }, response: { status: number, content: { text?: string, encoding?: string } } }[]} */
const entriesOf = (har) => JSON.parse(har).log.entries;

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: its own Network panel lists a redacted capture whole`, async () => {
    const browser = await open(name);
    try {
      await browser.openDevTools();
      for (const session of SESSIONS) {
        const har = redacted(session);
        const listed = await browser.importHar(har);
        assert.deepEqual(listed.map(([, status]) => status), entriesOf(har).map(({ response }) => response.status), session);
        assert.deepEqual(listed.map(([url]) => new URL(url).host), entriesOf(har).map(({ request }) => new URL(request.url).host), session);
      }
    } finally {
      await browser.close();
    }
  });
}

test('Playwright answers from a redacted capture what the server answered', async () => {
  const folder = temporaryDirectory();
  const browser = await chromium.launch({ executablePath: binary('chrome'), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  try {
    for (const [at, session] of SESSIONS.entries()) {
      const har = redacted(session);
      const file = join(folder.path, `${at}.har`);
      writeFileSync(file, har);
      const context = await browser.newContext();
      await context.routeFromHAR(file, { notFound: 'abort' });
      const page = await context.newPage();
      // From a page of the same origin everything that was answered can be asked again; it is no part of the capture.
      await context.route('**/asks', (route) => route.fulfill({ contentType: 'text/html', body: '<title>asks</title>' }));
      // Playwright itself lets no request for an icon through.
      const entries = entriesOf(har).filter(({ request, response }) => request.method === 'GET' && !request.url.endsWith('/favicon.ico') && response.status >= 200 && !(response.status >= 300 && response.status < 400));
      assert.ok(entries.length > 0, session);
      for (const { request: { url } } of entries) {
        const of = entries.filter((entry) => entry.request.url === url);
        await page.goto(new URL('/asks', url).href);
        const { status, body } = await page.evaluate((to) => fetch(to).then(async (answer) => ({ status: answer.status, body: await answer.text() })), url);
        assert.ok(of.some(({ response }) => response.status === status), `${session}: ${status} of ${url}`);
        assert.ok(of.some(({ response: { content: { text = '', encoding } } }) => Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8').toString() === body), `${session}: the content of ${url}`);
      }
      await context.close();
    }
  } finally {
    await browser.close();
    folder.remove();
  }
});
