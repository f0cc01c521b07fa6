// What a capture may hold to harm who looks at it: text that would run, turn around or swell.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open } from './lib/browser.mjs';
import { entry, everywhere, opens } from './lib/everywhere.mjs';
import { cutOff } from './lib/views.mjs';

const RUNS = '"><img src=x onerror="document.documentElement.dataset.ran=1"><script>document.documentElement.dataset.ran=1</script>';
const HOSTILE = [RUNS, '\u202egnp.exe \u2066\u2069', 'a\0b', 'lone \ud800 and \udfff', 'javascript:document.documentElement.dataset.ran=1', '{{constructor.constructor("document.documentElement.dataset.ran=1")()}}', 'x'.repeat(20_000), 'ﷺ'.repeat(500), '\u0301'.repeat(500), '\n\n\n\t'];

/** Each hostile text in every field. */
const hostile = HOSTILE.map((text) => entry({
  method: text, url: `https://app.example.test/${text}?${text}=${text}#${text}`, fields: ['Authorization', 'Cookie', 'Origin', 'Referer', text].map((name) => ({ name, value: text })),
  content: { mimeType: text, text }, statusText: text, body: { mimeType: `text/html; charset=${text}`, text },
  answered: ['WWW-Authenticate', 'Set-Cookie', 'Location', 'Content-Type', 'Date', text].map((name) => ({ name, value: text })),
  more: { _resourceType: text, _error: text, serverIPAddress: text, connection: text, comment: text, _initiator: { type: text, url: text } },
}));
/** And what is merely too much. */
const much = [
  entry({ url: 'https://app.example.test/huge', fields: [{ name: 'Authorization', value: `Bearer ${'h'.repeat(10_000_000)}` }], answered: [{ name: 'X-Huge', value: 'y '.repeat(1_000_000) }] }),
  entry({ url: 'https://app.example.test/many', fields: [{ name: 'Cookie', value: Array.from({ length: 3000 }, (_, at) => `many${at}=${at}`).join('; ') }],
    answered: Array.from({ length: 3000 }, (_, at) => ({ name: 'Set-Cookie', value: `many${at}=${at}; Path=/` })) }),
];

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: hostile text in every field of a file runs nothing, links nowhere and breaks no view`, async () => {
    const browser = await open(name);
    try {
      const page = await browser.extensionPage('panel/panel.html');
      for (const all of [hostile, much]) {
        await opens(page, all);
        const found = await page.evaluate(everywhere, all.length, `
          const wide = (${cutOff})();
          const links = [...document.querySelectorAll('[href]:not([rel=modulepreload]), [src]')].map((one) => one.getAttribute('href') ?? one.getAttribute('src')).filter((to) => !/^(https:|[a-z]+\\.(css|js)$)/.test(to));
          return [...('ran' in document.documentElement.dataset ? ['ran'] : []), ...links, ...wide, ...(document.querySelector('img, iframe, object') ? ['an image'] : [])].map((what) => where + ': ' + what);`);
        assert.deepEqual(found, []);
        await page.click('#auth-only');
        await page.click('[data-notice=file] button');
      }
    } finally {
      await browser.close();
    }
  });
}
