// What is kept of a tab for the next time that DevTools is opened on it: the latest, within the room that there is.

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Area, QUOTA, pretend, shipped } from './browser.mjs';

const session = new Area();
pretend({ storage: { session, local: new Area() } });
const { KeptLog, forgetKept } = await shipped('shared/kept-log.js');
const errors = mock.method(console, 'error', () => {});

beforeEach(async () => {
  session.quota = QUOTA;
  await session.remove(Object.keys(await session.get(null)));
  errors.mock.resetCalls();
});

/** A message of about so many bytes. @param {string} name @param {number} bytes */
const text = (name, bytes) => `${name} ${'x'.repeat(bytes)}`;
/** @param {any} log @returns {Promise<{ requests: number, names: string[] }>} */
const kept = async (log) => {
  const { requests, texts } = await log.read();
  return { requests, names: texts.map((/** @type {string} */ one) => one.split(' ', 1)[0]) };
};

test('what was added is there in its order, for a page that knows nothing of it, until it is cleared', async () => {
  const log = new KeptLog(1);
  void log.add(['a', 'b'], 1);
  await log.add(['c'], 1);
  assert.deepEqual(await kept(new KeptLog(1)), { requests: 2, names: ['a', 'b', 'c'] });
  assert.deepEqual(await kept(new KeptLog(2)), { requests: 0, names: [] });
  await new KeptLog(1).clear();
  assert.deepEqual(await session.get(null), {});
});

test('of one tab the latest four megabytes are kept, and what alone is larger not at all', async () => {
  const log = new KeptLog(1);
  for (const name of ['a', 'b', 'c']) await log.add([text(name, 1_500_000)], 1);
  assert.deepEqual(await kept(log), { requests: 2, names: ['b', 'c'] });
  await log.add([text('d', 4_100_000)], 1);
  assert.deepEqual(await kept(log), { requests: 2, names: ['b', 'c'] });
});

test('all tabs together leave the rest of the memory its room, and what made way is not counted', async () => {
  const [one, other] = [new KeptLog(1), new KeptLog(2)];
  await one.add([text('a', 3_000_000)], 1);
  await other.add([text('b', 2_500_000)], 1);
  await other.add([text('c', 2_000_000)], 1);
  assert.deepEqual(await kept(other), { requests: 1, names: ['c'] });
  await other.add([text('d', 3_500_000)], 1);
  assert.deepEqual(await kept(other), { requests: 0, names: [] });
  assert.deepEqual(await kept(one), { requests: 1, names: ['a'] });
});

test('where the browser gives less room the oldest makes way; what has none at all is told, and later ones are kept again', async () => {
  const log = new KeptLog(1);
  session.quota = 2800;
  for (const name of ['a', 'b', 'c']) await log.add([text(name, 1000)], 1);
  assert.deepEqual(await kept(log), { requests: 2, names: ['b', 'c'] });
  await log.add([text('d', 3000)], 1);
  assert.deepEqual(await kept(log), { requests: 0, names: [] });
  assert.equal(errors.mock.callCount(), 1);
  await log.add([text('e', 1000)], 1);
  assert.deepEqual(await kept(log), { requests: 1, names: ['e'] });
});

test('what is forgotten of every tab leaves everything else', async () => {
  await session.set({ running: 'a recording' });
  for (const tab of [1, 2]) await new KeptLog(tab).add(['a'], 1);
  await forgetKept();
  assert.deepEqual(await session.get(null), { running: 'a recording' });
});
