// The connection of a panel and the hidden page of its tab, which either end may lose at any time.
import assert from 'node:assert/strict';
import { test } from 'node:test';

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
Object.assign(globalThis, { browser: { runtime: { connect } } });
Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'Firefox/153.0' }, configurable: true });

/** @param {number} count */
const opened = async (count) => {
  while (ports.length < count) await new Promise((resolve) => { setTimeout(resolve, 10); });
  return /** @type {Port} */ (ports[count - 1]);
};

test('what is posted while the hidden page is gone is kept and sent, and what it took along is asked again', async () => {
  const { live } = await import(new URL('../../extension/panel/source.js', import.meta.url).href);
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
