// Builds elements. Captured text enters the page here alone, and only as text.

/** @typedef {import('./types').Part} Part */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean>} attributes a `true` sets the bare attribute, a `false` leaves it out
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** @param {string} label @param {() => void} press @param {Record<string, string | boolean>} attributes */
export function button(label, press, attributes = {}) {
  const node = element('button', { type: 'button', ...attributes }, label);
  node.addEventListener('click', press);
  return node;
}

/** A button that copies a text, and says for a moment that it did. @param {string} label @param {string} done @param {string} text */
export function copyButton(label, done, text) {
  const node = button(label, () => {
    copy(text);
    node.textContent = done;
    setTimeout(() => (node.textContent = label), 1500);
  }, { class: 'copy' });
  return node;
}

/** DevTools panels may not use the clipboard API in either browser; the older way works in both. @param {string} text */
function copy(text) {
  const field = element('textarea', { class: 'offscreen' });
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
