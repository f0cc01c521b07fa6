// Where recordings live on the disk: one database holds the controls and the finished captures; each
// running recording has a database of its own for what it saw, so that deleting it deletes the file.

import { api, browserName } from './platform.js';

/**
 * @typedef {import('./recording.js').Control} Control
 *
 * @typedef {object} Row what was written at once
 * @property {string} text records, one JSON object a line
 * @property {number} exchanges that this recording holds up to here
 * @property {number} bytes likewise
 * @property {number} at when the last of its records happened
 *
 * @typedef {object} Tally what the last row says of all
 * @property {number} exchanges
 * @property {number} bytes
 * @property {number} at
 *
 * @typedef {object} Capture a finished recording
 * @property {string} recording
 * @property {'redacted' | 'original' | 'memory'} holds what lies on the disk: what is left without secrets, in a store of
 *   its own, or what was recorded, still in its own database; nothing, of a private window
 * @property {string} verdict
 * @property {string} sentence
 * @property {number} exchanges
 * @property {number} bytes
 */

const MAIN = 'why401';
/** Beside the database, for the day when it is full. */
const OVERFLOW = 'stopped';
const log = (/** @type {string} */ recording) => `why401 recording ${recording}`;
/** So many rows are read at once: of a busy quarter of a second one may have some hundred kilobytes. */
const AT_ONCE = 32;
export const NOTHING = { exchanges: 0, bytes: 0, at: 0 };

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const answer = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
const committed = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error);
  transaction.commit();
});

/** @param {string} name @param {(database: IDBDatabase) => void} shape @returns {Promise<IDBDatabase>} */
function open(name, shape) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => shape(request.result);
  return answer(request).then((database) => {
    // Another page deletes it: a connection that stays open would hold that up.
    database.onversionchange = () => database.close();
    return database;
  });
}

/**
 * Chrome keeps all databases in the files of one LevelDB, by the order in which they were made, and what was deleted stays in
 * a file until it is merged with newer ones. It merges those that reach over a database that is deleted: so one is made
 * before a recording's and deleted after it, and then another one, by which the newest file is merged too.
 * @param {string} recording
 */
const before = (recording) => `why401 before ${recording}`;
const AFTER = 'why401 after';
/** Chrome deletes a database only some time after it has said so; milliseconds. */
const DELETED = 1500;
/** What makes a file worth a merge, in blocks of a megabyte. */
const FILLING = 5;

/** Makes Chrome let go of what a recording's database held. @param {string} recording */
async function merge(recording) {
  await answer(indexedDB.deleteDatabase(before(recording)));
  await new Promise((resolve) => { setTimeout(resolve, DELETED); });
  const database = await open(AFTER, (made) => made.createObjectStore('rows', { autoIncrement: true }));
  for (let block = 0; block < FILLING; block++) {
    const transaction = database.transaction('rows', 'readwrite');
    transaction.objectStore('rows').add(incompressible());
    await committed(transaction);
  }
  database.close();
  await answer(indexedDB.deleteDatabase(AFTER));
}

function incompressible() {
  const bytes = new Uint8Array(1 << 20);
  // So many at once are given.
  for (let at = 0; at < bytes.length; at += 1 << 16) crypto.getRandomValues(bytes.subarray(at, at + (1 << 16)));
  return bytes;
}

/** Recordings on disk. */
export class DiskLog {
  /** How often what is listed of recordings has changed. */
  changes = 0;
  /** @type {Promise<IDBDatabase> | undefined} */
  #main;
  /** @type {Map<string, Promise<IDBDatabase>>} */
  #logs = new Map();

  #controls() {
    this.#main ??= open(MAIN, (database) => {
      database.createObjectStore('controls', { autoIncrement: true });
      database.createObjectStore('captures', { keyPath: 'recording' });
      // Apart, since lists of captures are read often.
      database.createObjectStore('texts');
    });
    this.#main.catch(() => { this.#main = undefined; });
    return this.#main;
  }

  /** @param {string} recording */
  #rows(recording) {
    const known = this.#logs.get(recording);
    if (known) return known;
    const ready = browserName === 'chrome' ? open(before(recording), () => {}).then((database) => database.close()) : Promise.resolve();
    const opened = ready.then(() => open(log(recording), (database) => database.createObjectStore('rows', { autoIncrement: true })));
    this.#logs.set(recording, opened);
    // What could not be opened is tried again.
    opened.then((database) => { database.onclose = () => this.#logs.delete(recording); }, () => this.#logs.delete(recording));
    return opened;
  }

  /** @returns {Promise<Control[]>} */
  async controls() {
    const stored = await answer((await this.#controls()).transaction('controls').objectStore('controls').getAll());
    return [...stored, ...await this.#overflow()];
  }

  /** Resolves when it is on the disk itself. @param {Control} control */
  async control(control) {
    try {
      const transaction = (await this.#controls()).transaction('controls', 'readwrite', { durability: 'strict' });
      transaction.objectStore('controls').add(control);
      await committed(transaction);
    } catch (error) {
      if (control.type !== 'stop') throw error;
      // The store is full: that the recording ended for that is written where there is still room.
      await api.storage.local.set({ [OVERFLOW]: [...await this.#overflow(), control] });
    }
    this.changes += 1;
  }

  /** @returns {Promise<Control[]>} */
  async #overflow() {
    const { [OVERFLOW]: beside } = await api.storage.local.get(OVERFLOW);
    return /** @type {Control[] | undefined} */ (beside) ?? [];
  }

  /** @param {string} recording @param {Row} row @param {boolean} strict whether to wait for the disk itself */
  async append(recording, row, strict) {
    const transaction = (await this.#rows(recording)).transaction('rows', 'readwrite', { durability: strict ? 'strict' : 'relaxed' });
    transaction.objectStore('rows').add(row);
    await committed(transaction);
  }

  /** @param {string} recording @returns {Promise<Tally>} */
  async tally(recording) {
    const store = (await this.#rows(recording)).transaction('rows').objectStore('rows');
    const last = await answer(store.openCursor(null, 'prev'));
    return last?.value ?? NOTHING;
  }

  /** The texts of a recording's rows, in order. @param {string} recording @returns {AsyncGenerator<string>} */
  async *texts(recording) {
    const database = await this.#rows(recording);
    for (let after = 0; ;) {
      const store = database.transaction('rows').objectStore('rows');
      const beyond = IDBKeyRange.lowerBound(after, true);
      const [rows, keys] = await Promise.all([answer(store.getAll(beyond, AT_ONCE)), answer(store.getAllKeys(beyond, AT_ONCE))]);
      for (const row of rows) yield row.text;
      const last = keys.at(-1);
      if (last === undefined) return;
      after = Number(last);
    }
  }

  /** @returns {Promise<Capture[]>} */
  async captures() {
    return answer((await this.#controls()).transaction('captures').objectStore('captures').getAll());
  }

  /** @param {string} recording @returns {Promise<Capture | undefined>} */
  async capture(recording) {
    return answer((await this.#controls()).transaction('captures').objectStore('captures').get(recording));
  }

  /** What is left of a finished recording without its secrets. @param {string} recording @returns {Promise<Blob | undefined>} */
  async file(recording) {
    return answer((await this.#controls()).transaction('texts').objectStore('texts').get(recording));
  }

  /** @param {Capture} capture @param {Blob} [file] what takes the place of what was recorded */
  async finish(capture, file) {
    const transaction = (await this.#controls()).transaction(['captures', 'texts'], 'readwrite', { durability: 'strict' });
    transaction.objectStore('captures').put(capture);
    if (file) transaction.objectStore('texts').put(file, capture.recording);
    await committed(transaction);
    this.changes += 1;
  }

  /** The recordings whose rows are still there. @returns {Promise<Set<string>>} */
  async withRows() {
    const databases = await indexedDB.databases();
    return new Set(databases.flatMap(({ name }) => (name?.startsWith(log('')) ? [name.slice(log('').length)] : [])));
  }

  /** Deletes what a recording saw; what is known about it stays. @param {string} recording */
  async dropRows(recording) {
    const opened = this.#logs.get(recording);
    this.#logs.delete(recording);
    (await opened)?.close();
    await answer(indexedDB.deleteDatabase(log(recording)));
    if (browserName === 'chrome') await merge(recording);
  }

  /** Deletes a recording. @param {string} recording */
  async remove(recording) {
    const transaction = (await this.#controls()).transaction(['controls', 'captures', 'texts'], 'readwrite', { durability: 'strict' });
    transaction.objectStore('captures').delete(recording);
    transaction.objectStore('texts').delete(recording);
    const cursor = transaction.objectStore('controls').openCursor();
    cursor.onsuccess = () => {
      if (!cursor.result) return;
      if (cursor.result.value.recording === recording) cursor.result.delete();
      cursor.result.continue();
    };
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    this.changes += 1;
    await this.dropRows(recording);
  }
}
