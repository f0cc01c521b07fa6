// How views are written down and put on the page. Captured text becomes text nodes and attributes of the views' own
// naming, nothing else.

import { h as vnode } from '../vendor/snabbdom/h.js';
import { init } from '../vendor/snabbdom/init.js';
import { attributesModule } from '../vendor/snabbdom/modules/attributes.js';
import { eventListenersModule } from '../vendor/snabbdom/modules/eventlisteners.js';
import { propsModule } from '../vendor/snabbdom/modules/props.js';
import { styleModule } from '../vendor/snabbdom/modules/style.js';

/** @typedef {import('../vendor/snabbdom/vnode.js').VNode} VNode */
/** @typedef {VNode | string | number | null | undefined | false} Child */
/** @typedef {{ key?: string | number, on?: Record<string, (event: any) => void>, props?: Record<string, unknown>, style?: Record<string, string>, hook?: import('../vendor/snabbdom/hooks.js').Hooks, [attribute: string]: unknown }} Data */

export const patch = init([attributesModule, propsModule, styleModule, eventListenersModule]);

/**
 * @param {string} tag
 * @param {Data} [data] everything but key, on, props, style and hook is an attribute; `true` sets a bare one
 * @param {...(Child | Child[])} children
 * @returns {VNode}
 */
export function h(tag, { key, on, props, style, hook, ...attributes } = {}, ...children) {
  /** @type {Record<string, string | number | boolean>} */
  const attrs = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) attrs[name] = /** @type {string | number | boolean} */ (value);
  }
  const nodes = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  return vnode(tag, { key, on, props, style, hook, attrs }, /** @type {(VNode | string)[]} */ (nodes.map((child) => (typeof child === 'number' ? String(child) : child))));
}

/**
 * The same answer for the same arguments: a view that is asked the same again is not patched.
 * @template {unknown[]} A
 * @template R
 * @param {(...args: A) => R} view
 * @returns {(...args: A) => R}
 */
export function memo(view) {
  /** @type {A | undefined} */
  let asked;
  /** @type {R} */
  let answer;
  return (...args) => {
    if (!asked || asked.length !== args.length || args.some((arg, at) => arg !== asked?.[at])) {
      answer = view(...args);
      asked = args;
    }
    return answer;
  };
}
