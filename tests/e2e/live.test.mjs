// With access to sites nothing of a login is lost, and without it the panel says what it would see.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whatIsCaptured } from './lib/capture.mjs';

for (const name of /** @type {const} */ (['chrome', 'firefox'])) {
  test(`${name}: with access to sites everything that the server counted is there once`, async () => {
    for (const { what, happened, captured, shown } of await whatIsCaptured(name, true)) {
      assert.ok(happened > 0, what);
      assert.equal(captured, happened, what);
      assert.equal(shown, 'failing', what);
    }
  });
}
