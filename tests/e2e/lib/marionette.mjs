// Firefox's own remote protocol: JSON messages, each preceded by its length in bytes and a colon.
// (firefox-source-docs.mozilla.org, "Marionette protocol", read 2026-11-20.)

import net from 'node:net';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

export class Marionette {
  #socket;
  #received = Buffer.alloc(0);
  #last = 0;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  /** @type {() => void} */
  #greeted = () => {};
  sessionId = '';
  version = '';

  /** @param {net.Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (data) => this.#read(data));
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Firefox closed the connection'));
      this.#waiting.clear();
    });
  }

  /**
   * @param {number} port of 127.0.0.1
   * @returns {Promise<Marionette>} with a session that leaves the browser's dialogs alone
   */
  static async connect(port) {
    const marionette = new Marionette(net.connect(port, '127.0.0.1'));
    await new Promise((resolve) => { marionette.#greeted = () => resolve(undefined); });
    const { sessionId, capabilities } = await marionette.send('WebDriver:NewSession', { unhandledPromptBehavior: 'ignore' });
    marionette.sessionId = sessionId;
    marionette.version = `Firefox/${capabilities.browserVersion}`;
    await marionette.send('WebDriver:SetTimeouts', { script: 30_000, pageLoad: 30_000 });
    return marionette;
  }

  /** @param {Buffer} data */
  #read(data) {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const colon = this.#received.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number(this.#received.subarray(0, colon));
      if (this.#received.length < end) return;
      const message = JSON.parse(this.#received.subarray(colon + 1, end).toString());
      this.#received = this.#received.subarray(end);
      if (Array.isArray(message)) this.#settle(message[1], message[2], message[3]);
      else this.#greeted();
    }
  }

  /**
   * @param {number} id
   * @param {{ error: string, message: string } | null} error
   * @param {any} result
   */
  #settle(id, error, result) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(`${error.error}: ${error.message}`));
    else waiting?.resolve(result);
  }

  /**
   * @param {string} command such as `WebDriver:Navigate`
   * @param {Record<string, unknown>} [parameters]
   * @returns {Promise<any>}
   */
  send(command, parameters = {}) {
    const id = ++this.#last;
    const message = JSON.stringify([0, id, command, parameters]);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.write(`${Buffer.byteLength(message)}:${message}`);
    });
  }

  /**
   * Runs a function, which may be asynchronous, in the document that the session looks at.
   * @param {Function | string} fn
   * @param {...unknown} args
   */
  async evaluate(fn, ...args) {
    const { value } = await this.send('WebDriver:ExecuteAsyncScript', { script: settling(fn), args });
    return settled(value);
  }

  /**
   * Runs a function in the browser's own process, with all its rights.
   * @param {Function} fn
   * @param {...unknown} args
   */
  async privileged(fn, ...args) {
    await this.send('Marionette:SetContext', { value: 'chrome' });
    try { return await this.evaluate(fn, ...args); } finally { await this.send('Marionette:SetContext', { value: 'content' }); }
  }

  /** @param {string} selector */
  async click(selector) {
    const { value } = await this.send('WebDriver:FindElement', { using: 'css selector', value: selector });
    await this.send('WebDriver:ElementClick', { id: value[ELEMENT] });
  }

  /** Chooses a file of this computer. @param {string} selector @param {string} path */
  async choose(selector, path) {
    const { value } = await this.send('WebDriver:FindElement', { using: 'css selector', value: selector });
    await this.send('WebDriver:ElementSendKeys', { id: value[ELEMENT], text: path });
  }

  /** What the session looks at: the page, or the panel. @returns {Promise<Buffer>} a PNG */
  async screenshot() {
    return Buffer.from((await this.send('WebDriver:TakeScreenshot', { full: false, hash: false })).value, 'base64');
  }

  disconnect() {
    this.#socket.destroy();
  }
}

/**
 * The body of an asynchronous script that answers with what `fn` comes to, or with why it failed.
 * @param {Function | string} fn
 */
export const settling = (fn) => `const done = arguments[arguments.length - 1], given = [].slice.call(arguments, 0, -1);
  (async () => (${fn})(...given))().then((value) => done({ json: JSON.stringify(value ?? null) }), (error) => done({ error: String(error) + ' ' + (error?.stack ?? '') }));`;

/** @param {{ json?: string, error?: string }} answer */
export function settled(answer) {
  if (answer.error !== undefined) throw new Error(answer.error);
  return JSON.parse(answer.json ?? 'null');
}
