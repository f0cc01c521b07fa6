// As much of a browser as the extension's own modules need that run without one.

/** What the browsers give to `storage.session`, in bytes. */
export const QUOTA = 10_000_000;

/** One area of `storage`, which holds what fits and refuses the rest as browsers do. */
export class Area {
  /** @type {Map<string, string>} */
  #values = new Map();
  quota = QUOTA;
  /** What each call waits for first, as in a browser each takes its time; whoever throws in it has the call fail. @type {(call: 'get' | 'set' | 'remove') => unknown} */
  before = () => {};
  onChanged = { addListener: () => {} };

  #size(values = this.#values) {
    return [...values].reduce((all, [name, text]) => all + name.length + Buffer.byteLength(text), 0);
  }

  /** @param {string | string[] | null} names */
  async get(names) {
    await this.before('get');
    const all = [...this.#values].filter(([name]) => names === null || [names].flat().includes(name));
    return Object.fromEntries(all.map(([name, text]) => [name, JSON.parse(text)]));
  }

  /** @param {Record<string, unknown>} values */
  async set(values) {
    await this.before('set');
    const next = new Map([...this.#values, ...Object.entries(values).map(([name, value]) => /** @type {[string, string]} */ ([name, JSON.stringify(value)]))]);
    if (this.#size(next) > this.quota) throw new Error('Session storage quota bytes exceeded. Values were not stored.');
    this.#values = next;
  }

  /** @param {string | string[]} names */
  async remove(names) {
    await this.before('remove');
    [names].flat().forEach((name) => this.#values.delete(name));
  }

  async getBytesInUse() {
    return this.#size();
  }
}

/** An event that a test lets happen. */
export class Happening {
  /** @type {((...told: any[]) => void)[]} */
  #hearers = [];
  addListener = (/** @type {(...told: any[]) => void} */ hear) => { this.#hearers.push(hear); };
  removeListener = (/** @type {(...told: any[]) => void} */ hear) => { this.#hearers = this.#hearers.filter((other) => other !== hear); };

  /** @param {...any} told */
  happens(...told) {
    this.#hearers.forEach((hear) => hear(...told));
  }
}

/** Takes the place of the browser for all modules that are imported later. @param {object} api */
export function pretend(api) {
  Object.assign(globalThis, { browser: api });
  Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'Firefox/153.0' }, configurable: true });
}

/** One of the extension's modules. @param {string} path @returns {Promise<any>} */
export const shipped = (path) => import(new URL(`../../extension/${path}`, import.meta.url).href);
