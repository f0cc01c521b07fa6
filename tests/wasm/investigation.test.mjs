// A core that breaks costs at most the exchange that broke it, in the very files that ship.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Investigation } from '../../extension/core/investigation.js';
import core from './core.mjs';

// News keeps a pace that a busy machine stretches.
mock.timers.enable({ apis: ['setTimeout'] });

const AUTHORIZATION = [{ name: 'Authorization', value: 'Bearer undefined' }];

/** @param {string} path @returns {import('../../extension/shared/protocol.d.ts').Captured} */
const captured = (path, status = 200, headers = AUTHORIZATION) => ({ text: undefined, base64: false, entry: JSON.stringify({
  startedDateTime: '2026-11-20T08:25:03.000Z', time: 5, _resourceType: 'fetch',
  request: { method: 'GET', url: `https://app.example.test${path}`, httpVersion: 'HTTP/1.1', headers },
  response: { status, statusText: '', httpVersion: 'HTTP/1.1', headers: [], content: { size: 0, mimeType: 'text/plain' }, redirectURL: '' },
}) });

const readNothing = () => Promise.reject(new Error('there is no file'));

/**
 * An investigation whose cores panic where `breaks` says so, and what it told.
 * @param {(act: 'push' | 'news' | 'exchange', paths: string[], number?: number) => boolean} breaks
 */
function watched(breaks) {
  /** @type {import('../../extension/shared/protocol.d.ts').News[]} */
  const told = [];
  let cores = 0;
  const make = async () => {
    cores += 1;
    const made = new core.Core('chrome');
    /** @type {string[]} */
    const paths = [];
    const panic = () => { throw new WebAssembly.RuntimeError('unreachable'); };
    return /** @type {any} */ ({
      push(/** @type {string} */ entry, /** @type {any[]} */ ...content) {
        const path = new URL(JSON.parse(entry).request.url).pathname;
        if (breaks('push', [...paths, path])) panic();
        paths.push(path);
        return made.push(entry, content[0], content[1]);
      },
      news: () => (breaks('news', paths) ? panic() : made.news()),
      everything: () => (breaks('news', paths) ? panic() : made.everything()),
      exchange: (/** @type {number} */ number) => (breaks('exchange', paths, number) ? panic() : made.exchange(number)),
      count: () => made.count(),
    });
  };
  const investigation = new Investigation(make, readNothing, (news) => told.push(news));
  const settle = async () => {
    for (let round = 0; round < 3; round++) {
      await investigation.settled();
      mock.timers.tick(60_000);
    }
    await investigation.settled();
  };
  return { investigation, told, settle, cores: () => cores };
}

/** @param {unknown} news @returns {string[]} */
const paths = (news) => /** @type {any} */ (news).news.rows.map((/** @type {{ path: string }} */ row) => row.path);

for (const [where, breaks] of /** @type {const} */ ([
  ['taking an exchange in', (/** @type {string} */ act, /** @type {string[]} */ all) => act === 'push' && all.at(-1) === '/broken'],
  ['the diagnosis', (/** @type {string} */ act, /** @type {string[]} */ all) => act === 'news' && all.includes('/broken')],
])) {
  test(`a panic in ${where} costs that exchange alone, is named once, and ends soon`, async () => {
    const { investigation, told, settle, cores } = watched(/** @type {any} */ (breaks));
    const all = Array.from({ length: 300 }, (_, at) => `/${at}`);
    all.forEach((path) => investigation.push(captured(path)));
    await settle();
    for (const path of ['/before', '/broken?secret=1', '/after']) investigation.push(captured(path));
    await settle();
    const everything = await investigation.ask({ type: 'everything' });
    assert.deepEqual(paths(everything), [...all, '/before', '/after']);
    const panics = told.at(-1)?.notices.filter(({ kind }) => kind === 'panic');
    assert.deepEqual(panics?.map(({ about }) => about), ['GET https://app.example.test/broken']);
    assert.ok(cores() < 8, `${cores()} cores`);
  });
}

test('a panic in an opened exchange is named, loses nothing, and everything else goes on', async () => {
  const { investigation, told, settle } = watched((act, _, number) => act === 'exchange' && number === 1);
  for (const path of ['/a', '/b', '/c']) investigation.push(captured(path, 401));
  await settle();
  assert.equal(await investigation.ask({ type: 'exchange', number: 1 }), undefined);
  await settle();
  assert.deepEqual(told.at(-1)?.notices.map(({ about }) => about), ['GET https://app.example.test/b']);
  assert.deepEqual(paths(await investigation.ask({ type: 'everything' })), ['/a', '/b', '/c']);
  assert.equal(/** @type {any} */ (await investigation.ask({ type: 'exchange', number: 2 })).number, 2);
});

test('news has only what changed', async () => {
  const { investigation, told, settle } = watched(() => false);
  investigation.push(captured('/a', 401));
  await settle();
  // What the same credentials meet with elsewhere would be news of the failed login.
  investigation.push(captured('/quiet', 200, []));
  await settle();
  const [first, last] = [told[0], told.at(-1)];
  assert.ok(first && last && told.length >= 2);
  assert.equal(told.flatMap(({ news }) => news.rows).length, 2);
  assert.deepEqual([last.news.failures, last.news.order, last.news.audit], [[], null, null]);
});
