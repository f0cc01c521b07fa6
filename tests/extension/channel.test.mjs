// The connection of a panel and the hidden page of its tab, which either end may lose at any time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pretend, shipped } from './browser.mjs';

/** @typedef {{ type: string, ask?: number, question?: { type: string } }} Wish */

/** One end of a connection, as far as a panel uses it. */
class Port {
  /** @type {Wish[]} */
  sent = [];
  isOpen = true;
  /** @type {((heard: unknown) => void)[]} */
  #hearers = [];
  /** @type {(() => void)[]} */
  #mourners = [];
  onMessage = { addListener: (/** @type {(heard: unknown) => void} */ hear) => { this.#hearers.push(hear); } };
  onDisconnect = { addListener: (/** @type {() => void} */ mourn) => { this.#mourners.push(mourn); } };

  /** @param {Wish} wish */
  postMessage(wish) {
    if (!this.isOpen) throw new Error('Attempting to use a disconnected port object');
    this.sent.push(wish);
  }

  /** @param {Wish | undefined} wish @param {unknown} answer */
  answer(wish, answer) {
    this.#hearers.forEach((hear) => hear({ type: 'answer', ask: wish?.ask, answer }));
  }

  /** @param {number} generation */
  tell(generation) {
    if (this.isOpen) this.#hearers.forEach((hear) => hear({ type: 'news', generation }));
  }

  /** As the panel itself does it, of which it hears nothing. */
  disconnect() {
    this.isOpen = false;
  }

  close() {
    this.isOpen = false;
    this.#mourners.forEach((mourn) => mourn());
  }
}

/** @type {Port[]} */
const ports = [];
const connect = () => {
  const port = new Port();
  ports.push(port);
  return port;
};
pretend({ runtime: { connect } });
const { live } = await shipped('panel/source.js');

/** @param {number} count */
const opened = async (count) => {
  while (ports.length < count) await new Promise((resolve) => { setTimeout(resolve, 10); });
  return /** @type {Port} */ (ports[count - 1]);
};

test('what is posted while the hidden page is gone is kept and sent, and what it took along is asked again', async () => {
  const source = live(() => {}, () => {});
  const first = await opened(1);
  const one = source.ask({ type: 'exchange', number: 3 });
  first.close();
  source.clear();
  const other = source.ask({ type: 'exchange', number: 4 });
  const second = await opened(2);
  const asked = second.sent.filter((wish) => wish.type === 'ask' && wish.question?.type !== 'everything');
  assert.deepEqual(asked.map((wish) => wish.question), [{ type: 'exchange', number: 3 }, { type: 'exchange', number: 4 }]);
  assert.equal(second.sent.filter((wish) => wish.type === 'clear').length, 1);
  assert.equal(second.sent.filter((wish) => wish.question?.type === 'everything').length, 1);
  asked.forEach((wish, number) => second.answer(wish, number));
  assert.deepEqual(await Promise.all([one, other]), [0, 1]);
});

test('a panel that turns to a file hears no more of its page, until it turns back', async () => {
  const before = ports.length;
  /** @type {number[]} */
  const heard = [];
  const listen = () => live((/** @type {any} */ { generation }) => heard.push(generation), () => {});
  const source = listen();
  const port = await opened(before + 1);
  port.tell(1);
  source.end();
  assert.equal(port.isOpen, false);
  port.tell(2);
  const again = listen();
  (await opened(before + 2)).tell(3);
  assert.deepEqual(heard, [1, 3]);
  again.end();
  await new Promise((resolve) => { setTimeout(resolve, 250); });
  assert.equal(ports.length, before + 2, 'nobody connects anew');
});

test('a hidden page that does not come back is told, and so is one that does', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const before = ports.length;
  /** @type {boolean[]} */
  const there = [];
  const source = live(() => {}, (/** @type {boolean} */ isThere) => there.push(isThere));
  for (let tries = 0; tries < 30; tries++) {
    ports.at(-1)?.close();
    context.mock.timers.tick(1000);
  }
  assert.ok(ports.length >= before + 30);
  assert.equal(there[0], false);
  ports.at(-1)?.tell(1);
  assert.equal(there.at(-1), true);
  source.end();
});

test('what ends the reading of a file comes behind the file, and at once, also while the hidden page is away', async (context) => {
  const { nameOfConnection } = await shipped('shared/connection.js');
  const hidden = new BroadcastChannel(nameOfConnection);
  context.after(() => hidden.close());
  /** @type {string[]} */
  const heard = [];
  hidden.onmessage = ({ data }) => heard.push(/** @type {Wish} */ (data).type);
  const before = ports.length;
  const source = live(() => {}, () => {});
  context.after(() => source.end());
  (await opened(before + 1)).close();
  const answer = source.ask({ type: 'second', file: undefined, now: 0 });
  source.cancel();
  const port = await opened(before + 2);
  assert.equal(await answer, undefined);
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  assert.deepEqual(heard, ['ask', 'cancel']);
  assert.equal(port.sent.filter(({ type }) => type === 'cancel').length, 0);
});
