// What is told of requests: of what no login needs its end alone, and of everything else also what an ended worker has not told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pretend, shipped } from './browser.mjs';

const TYPES = { MAIN_FRAME: 'main_frame', IMAGE: 'image', STYLESHEET: 'stylesheet', FONT: 'font', MEDIA: 'media', SCRIPT: 'script', XMLHTTPREQUEST: 'xmlhttprequest' };

/** An event that keeps to the types that its listener asks for. */
class Filtered {
  /** @type {Map<Function, string[] | undefined>} */
  #hearers = new Map();
  addListener = (/** @type {Function} */ hear, /** @type {{ types?: string[] }} */ { types }) => void this.#hearers.set(hear, types);
  removeListener = (/** @type {Function} */ hear) => void this.#hearers.delete(hear);
  happens = (/** @type {any} */ details) => this.#hearers.forEach((types, hear) => { if (!types || types.includes(details.type)) hear(details); });
}

/** @type {Record<string, Filtered>} */
const events = Object.fromEntries(['BeforeRequest', 'SendHeaders', 'HeadersReceived', 'AuthRequired', 'BeforeRedirect', 'Completed', 'ErrorOccurred'].map((name) => [`on${name}`, new Filtered()]));
pretend({ webRequest: { ...events, ResourceType: TYPES } });
const { watchRequests } = await shipped('shared/requests.js');

/** Each event of a request in turn. @param {{ id: string, type: string }} request @param {string[]} names */
function happen({ id, type }, names) {
  for (const name of names) {
    events[name]?.happens({
      requestId: id, type, tabId: 1, timeStamp: 1, method: 'GET', url: `https://www.app.test/${id}`, statusCode: 200, statusLine: 'HTTP/1.1 200 OK',
      responseHeaders: [{ name: 'Set-Cookie', value: `of=${id}` }], requestHeaders: [],
    });
  }
}

const COURSE = ['onBeforeRequest', 'onSendHeaders', 'onHeadersReceived', 'onCompleted'];

/** What is told while something happens. @param {boolean} isBrief @param {() => void} act @returns {any[]} */
function told(isBrief, act) {
  /** @type {any[]} */
  const records = [];
  const end = watchRequests((/** @type {any} */ record) => records.push(record), isBrief);
  act();
  end();
  return records;
}

test('of an asset only its end is told, with its address and what its response set; of anything else its whole course', () => {
  for (const type of ['image', 'stylesheet', 'font', 'media']) {
    const [end, ...more] = told(true, () => happen({ id: type, type }, COURSE));
    assert.deepEqual([end.type, end.url, end.kind, end.fields, more], ['onCompleted', `https://www.app.test/${type}`, type, [['Set-Cookie', `of=${type}`]], []]);
  }
  for (const type of ['main_frame', 'script', 'xmlhttprequest']) {
    const records = told(true, () => happen({ id: type, type }, COURSE));
    assert.deepEqual(records.map((record) => [record.type, Boolean(record.url), Boolean(record.fields)]), [
      ['onBeforeRequest', true, false], ['onSendHeaders', false, true], ['onHeadersReceived', false, true], ['onCompleted', false, false],
    ], type);
  }
});

test('an asset that is redirected or asks for a password tells that too, and where it led', () => {
  const records = told(true, () => happen({ id: 'pixel', type: 'image' }, ['onBeforeRedirect', 'onAuthRequired', 'onCompleted']));
  assert.deepEqual(records.map(({ type, url, fields }) => [type, Boolean(url), fields?.length]), [['onBeforeRedirect', true, 1], ['onAuthRequired', true, 1], ['onCompleted', false, 1]]);
});

test('what DevTools hears of an asset takes nothing from what is recorded of it', () => {
  /** @type {any[]} */
  const seen = [];
  const end = watchRequests((/** @type {any} */ record) => seen.push(record));
  const [recorded] = told(true, () => happen({ id: 'logo', type: 'image' }, COURSE));
  end();
  assert.deepEqual([recorded.url, recorded.fields.length, seen.map(({ type }) => type)], ['https://www.app.test/logo', 1, COURSE]);
});

test('a request whose beginning a worker took with it is told again by its end, with the answer', () => {
  const [end] = told(false, () => happen({ id: 'late', type: 'xmlhttprequest' }, ['onCompleted']));
  assert.deepEqual([end.url, end.status, end.fields.length], ['https://www.app.test/late', 200, 1]);
});
