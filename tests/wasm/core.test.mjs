import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytesOf } from '../../extension/shared/bytes.js';
import core from './core.mjs';

/** @param {string} path relative to the top of the project */
const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the core, the workspace and the manifest carry one version', () => {
  const workspace = /^version = "(.+)"$/m.exec(read('Cargo.toml'))?.[1];
  assert.equal(core.version(), workspace);
  assert.equal(JSON.parse(read('extension/manifest.json')).version, workspace);
});

/** @param {Record<string, unknown>} claims */
const token = (claims) => [{ alg: 'RS256', typ: 'JWT' }, claims, {}].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

/**
 * An entry as Chrome's devtools.network hands it out, as JSON.
 * @param {string} url
 * @param {{ method?: string, status?: number, sent?: Record<string, string>, received?: Record<string, string> }} [exchange]
 */
function entry(url, { method = 'GET', status = 200, sent = {}, received = {} } = {}) {
  const fields = (/** @type {Record<string, string>} */ named) => Object.entries(named).map(([name, value]) => ({ name, value }));
  return JSON.stringify({
    startedDateTime: '2026-11-20T08:25:03.000Z', time: 12.5, _resourceType: 'fetch', connection: '443',
    request: { method, url, httpVersion: 'HTTP/1.1', headers: fields({ Host: new URL(url).host, ...sent }), headersSize: 200, bodySize: 0 },
    response: { status, statusText: '', httpVersion: 'HTTP/1.1', headers: fields({ 'Content-Type': 'application/json', ...received }),
      content: { size: 2, mimeType: 'application/json' }, redirectURL: '', headersSize: 100, bodySize: 2 },
  });
}

const secret = token({ exp: Date.UTC(2026, 10, 20, 8, 20, 0) / 1000 });
const refused = entry('https://api.example.test/me', {
  status: 401, sent: { Authorization: `Bearer ${secret}` }, received: { Date: 'Fri, 20 Nov 2026 08:25:03 GMT', 'WWW-Authenticate': 'Bearer error="invalid_token"' },
});

test('the core proves an expired token from what DevTools hands out, and gives no secret away', () => {
  const session = new core.Core('chrome');
  assert.equal(session.wants_body(bytesOf(refused)[0]), true);
  assert.equal(session.push(...bytesOf(refused, '{}'), false), 0);
  const diagnosis = session.diagnosis();
  assert.equal(diagnosis.schema, 1);
  assert.equal(diagnosis.verdict, 'failing');
  const [cause] = diagnosis.failures[0].causes;
  assert.equal(cause.id, 'token-expired');
  assert.match(cause.summary, /303 s/);
  const shown = JSON.stringify([diagnosis, session.rows(0), session.exchange(0)]);
  assert.ok(!shown.includes(secret) && !shown.includes(String(secret.split('.')[1])));
  const mask = /#([a-z]+\d)›/.exec(cause.evidence[0].quote)?.[1];
  assert.equal(session.reveal(String(mask)), secret);
  session.free();
});

test('rows come from where they are asked for, and an exchange that is not there is undefined', () => {
  const session = new core.Core('firefox');
  for (const path of ['a', 'b', 'c']) session.push(...bytesOf(entry(`https://app.example.test/${path}`)), false);
  assert.deepEqual(session.rows(1).map((/** @type {{ path: string }} */ row) => row.path), ['/b', '/c']);
  assert.equal(session.exchange(3), undefined);
  assert.equal(session.diagnosis().verdict, 'no-login-seen');
  session.free();
});

test('content is asked for only where it can matter', () => {
  const session = new core.Core('chrome');
  const picture = entry('https://app.example.test/a.png').replace('"fetch"', '"image"').replace('"mimeType":"application/json"', '"mimeType":"image/png"');
  assert.equal(session.wants_body(bytesOf(picture)[0]), false);
  assert.equal(session.wants_body(bytesOf(refused)[0]), true);
  session.free();
});

test('what the core cannot take is refused in words, and the session goes on', () => {
  assert.throws(() => new core.Core('netscape'), /netscape.*chrome or firefox/);
  const session = new core.Core('chrome');
  assert.throws(() => session.push(...bytesOf('{}'), false), /passed over.*request/);
  assert.throws(() => session.push(...bytesOf('7'), false), /passed over.*HAR entry/);
  assert.equal(session.push(...bytesOf(refused), false), 0);
  session.free();
});

test('the suffix list tells sites apart', () => {
  const session = new core.Core('chrome');
  const signIn = entry('https://shop.example.co.uk/login', { method: 'POST', received: { 'Set-Cookie': 'sid=1; Domain=co.uk; Path=/' } });
  const at = session.push(...bytesOf(signIn), false) ?? 0;
  const [line] = session.exchange(at).sections.find((/** @type {{ title: string }} */ section) => section.title === 'Cookies set').lines;
  assert.match(line.note, /public suffix/);
  session.free();
});

test('what leaves holds no secret, and only what is to leave', () => {
  const session = new core.Core('chrome');
  const mine = token({ exp: Date.UTC(2026, 10, 20, 8, 20, 0) / 1000, sub: 'alice-of-accounting' });
  session.push(...bytesOf(entry('https://api.example.test/me', { status: 401, sent: { Authorization: `Bearer ${mine}` } }), '{}'), false);
  session.push(...bytesOf(entry('https://cdn.example.test/a')), false);
  const key = new Uint8Array(32).fill(7);
  const whole = session.share(false, new Uint32Array(), [], 'it fails since Monday', key);
  const { hosts, exchanges, receipt } = whole.preview(session);
  assert.deepEqual(hosts.map((/** @type {{ name: string }} */ { name }) => name), ['api.example.test', 'cdn.example.test']);
  assert.equal(exchanges.length, 2);
  assert.ok(receipt.replaced.token > 0);
  for (const format of ['html', 'markdown', 'jira', 'har', 'json', 'junit', 'admin']) {
    const text = whole.report(format);
    assert.ok(text.length > 50 && !text.includes('alice-of') && !text.includes(String(mine.split('.')[1])), format);
  }
  assert.match(whole.report('html'), /Monday/);
  assert.throws(() => whole.report('docx'), /docx/);
  const less = session.share(true, new Uint32Array(), ['cdn.example.test'], '', key);
  assert.doesNotMatch(less.report('har'), /cdn|api\.example/);
  assert.equal(less.preview(session).receipt.left_out, 1);
  assert.throws(() => session.share(false, new Uint32Array([0, 1]), [], '', key), /nothing/);
  assert.throws(() => session.share(false, new Uint32Array(), [], '', key.slice(1)), /32 bytes/);
  session.free();
});

test('a session that is handed over leaves as one that is kept, in pieces, and is not here any more', () => {
  const session = new core.Core('chrome');
  for (let number = 0; number < 8000; number++) session.push(...bytesOf(entry(`https://cdn.example.test/${number}`, { sent: { Cookie: `sid=${secret}` } })), false);
  session.push(...bytesOf(refused), false);
  const key = new Uint8Array(32).fill(7);
  const kept = session.share(false, new Uint32Array(), [], '', key);
  const shared = session.share_away(key);
  const pieces = [];
  for (let at = 0; ; at += pieces.at(-1)?.length ?? 0) {
    const piece = shared.capture(at);
    if (piece.length === 0) break;
    pieces.push(piece);
  }
  assert.ok(pieces.length > 1);
  assert.equal(Buffer.concat(pieces).toString(), kept.report('har'));
  assert.equal(session.count(), 0);
  for (const object of [session, kept, shared]) object.free();
});

test('a request becomes a command that a shell reads as it was, without its secrets', () => {
  const session = new core.Core('chrome');
  session.push(...bytesOf(entry("https://api.example.test/it's", { method: 'POST', sent: { Authorization: `Bearer ${secret}`, ':authority': 'api.example.test', Accept: "text/html;x='$(id)'" } })), false);
  const command = session.curl(0, new Uint8Array(32)) ?? '';
  assert.ok(!command.includes(secret), command);
  const words = execFileSync('sh', ['-c', `set -- ${command.replace(/^curl/, '').trim()}; printf '%s\\n' "$@"`], { encoding: 'utf8' }).split('\n');
  assert.deepEqual(words.slice(0, 3), ['-X', 'POST', "https://api.example.test/it's"]);
  assert.ok(words.some((word) => word.startsWith('authorization: Bearer ')) && !words.some((word) => word.startsWith(':')));
  assert.equal(session.curl(4, new Uint8Array(32)), undefined);
  session.free();
});

test('the catalogue names every cause once', () => {
  const ids = core.catalogue().map((/** @type {{ id: string }} */ cause) => cause.id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.includes('token-expired') && ids.includes('iis-401-504'));
});
