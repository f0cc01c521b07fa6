// Runs in the demo page: presses of its buttons, and a list of what came of them.

import { presses } from '/scenarios.js';

const given = JSON.parse(/** @type {HTMLElement} */ (document.getElementById('given')).textContent ?? '{}');
const outcome = /** @type {HTMLElement} */ (document.getElementById('outcome'));

/** @param {string} line */
function say(line) {
  const item = document.createElement('li');
  item.textContent = line;
  outcome.append(item);
}

/** What a scenario can do in the page. */
const page = {
  /**
   * @param {string} url
   * @param {RequestInit} [init]
   */
  async fetch(url, init = {}) {
    const what = `${init.method ?? 'GET'} ${new URL(url, location.href).pathname}`;
    try {
      const response = await fetch(url, init);
      say(`${what}: ${response.status}`);
      return { status: response.status, body: await response.text() };
    } catch (error) {
      say(`${what}: ${error}`);
      return { status: 0, body: '' };
    }
  },

  /**
   * @param {string} url
   * @param {unknown} value
   * @param {Record<string, string>} [headers]
   */
  post: (url, value, headers = {}) =>
    page.fetch(url, { method: 'POST', body: JSON.stringify(value), headers: { 'Content-Type': 'application/json', ...headers } }),

  /**
   * Submits a form, as a login page does: the browser leaves this page.
   * @param {string} action
   * @param {Record<string, string>} fields
   */
  submit(action, fields) {
    const form = Object.assign(document.createElement('form'), { method: 'post', action });
    for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    document.body.append(form);
    form.submit();
    return new Promise(() => {});
  },

  /** @param {string} url */
  go(url) {
    location.href = url;
    return new Promise(() => {});
  },

  /** @param {number} milliseconds */
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),

  /**
   * A request whose credentials the browser itself sends once it is asked for them.
   * @param {string} url
   * @param {string} user
   * @param {string} password
   */
  withCredentials: (url, user, password) => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('GET', url, true, user, password);
    request.onloadend = () => { say(`GET ${url}: ${request.status}`); resolve(request.status); };
    request.send();
  }),
};

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('button[data-scenario]'))) {
  button.addEventListener('click', async () => {
    const name = button.dataset.scenario ?? '';
    delete document.documentElement.dataset.done;
    outcome.replaceChildren();
    await presses[name](page, given[name]);
    document.documentElement.dataset.done = name;
  });
}
