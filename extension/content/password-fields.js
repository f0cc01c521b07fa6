// Runs in recorded pages: tells the recorder what is typed into password fields, so that it can take it out of what it stores.

(() => {
  const runtime = (globalThis.browser ?? globalThis.chrome).runtime;
  /** @param {Iterable<EventTarget | null>} fields */
  const tell = (fields) => {
    for (const field of fields) {
      if (!(field instanceof HTMLInputElement) || field.type !== 'password' || !field.value) continue;
      // After an update of the extension nobody hears this script any more.
      try { void runtime.sendMessage({ type: 'typed', value: field.value }).catch(() => {}); } catch { /* see above */ }
    }
  };
  const all = () => document.querySelectorAll('input[type=password]');

  addEventListener('change', (event) => tell([event.target]), true);
  for (const type of ['submit', 'click', 'keydown']) {
    addEventListener(type, (event) => {
      if (event instanceof KeyboardEvent && event.key !== 'Enter') return;
      tell(all());
    }, true);
  }
})();
