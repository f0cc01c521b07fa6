// What the core is handed of texts, whatever is in them and however long they are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf } from '../../extension/shared/bytes.js';

test('texts become the bytes that they are in UTF-8, side by side', () => {
  const long = 'ä'.repeat(200_000);
  for (const [text, second] of [['{"a":1}', undefined], ['kä€\u{1f511}', ''], ['', 'b'], ['half \ud83d', 'c'], [long, 'd'], ['e', long]]) {
    const [bytes, more] = bytesOf(/** @type {string} */ (text), second);
    assert.deepEqual(Buffer.from(bytes), Buffer.from(/** @type {string} */ (text)));
    assert.deepEqual(more && Buffer.from(more), second === undefined ? undefined : Buffer.from(second));
  }
});
