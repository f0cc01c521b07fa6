// How the demo site answers: the few kinds of response that its scenarios are made of.

import { open, seconds } from './jwt.mjs';

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {Record<string, string | string[]>} Fields */

/**
 * @param {Response} response
 * @param {number} status
 * @param {unknown} value
 * @param {Fields} [fields]
 */
export function json(response, status, value, fields = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...fields });
  response.end(JSON.stringify(value));
}

/**
 * @param {Response} response
 * @param {number} status
 * @param {string} title
 * @param {string} body trusted markup
 * @param {Fields} [fields]
 */
export function page(response, status, title, body, fields = {}) {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store', ...fields });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">
<main><h1>${title}</h1>${body}<p><a href="/">Back to the list</a></p></main></html>`);
}

/**
 * @param {Response} response
 * @param {string} location
 * @param {Fields} [fields]
 */
export function redirect(response, location, fields = {}) {
  response.writeHead(302, { Location: location, 'Cache-Control': 'no-store', ...fields });
  response.end();
}

/**
 * The page with the login form that posts to `action`.
 * @param {Response} response
 * @param {string} action
 * @param {string} [complaint]
 */
export function loginPage(response, action, complaint) {
  page(response, 200, 'Sign in', `${complaint ? `<p role="alert">${complaint}</p>` : ''}
<form method="post" action="${action}">
<label>User <input name="username" value="alice" autocomplete="off"></label>
<label>Password <input name="password" type="password" autocomplete="off"></label>
<button>Sign in</button></form>`);
}

/**
 * @param {Request} request
 * @param {string} name
 * @returns {string | undefined} the value of that cookie
 */
export function cookie(request, name) {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}

/**
 * Lets a request pass that bears a good access token of our issuer, and answers all others as RFC 6750 section 3 says.
 * @param {Request} request
 * @param {Response} response
 * @param {{ scope?: string, clock?: number }} [asked] `clock`: by how many seconds this server's clock is ahead
 * @returns {boolean} whether the request may pass; if not, it is answered
 */
export function bearer(request, response, { scope, clock = 0 } = {}) {
  const now = seconds() + clock;
  const date = { Date: new Date(now * 1000).toUTCString() };
  /** @type {(status: number, error: string, description: string, more?: string) => false} */
  const refuse = (status, error, description, more = '') => {
    json(response, status, { error, error_description: description },
      { ...date, 'WWW-Authenticate': `Bearer realm="orders", error="${error}", error_description="${description}"${more}` });
    return false;
  };
  const [, token] = /^Bearer +(.*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) {
    json(response, 401, { message: 'Authentication is required' }, { ...date, 'WWW-Authenticate': 'Bearer realm="orders"' });
    return false;
  }
  const claims = open(token);
  if (!claims) return refuse(401, 'invalid_token', 'The access token is malformed');
  if (claims.exp <= now) return refuse(401, 'invalid_token', 'The access token expired');
  if (scope !== undefined && !claims.scope.split(' ').includes(scope)) {
    return refuse(403, 'insufficient_scope', 'The access token does not cover this request', `, scope="${scope}"`);
  }
  return true;
}
