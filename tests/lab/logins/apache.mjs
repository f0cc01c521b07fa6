// Apache httpd: passwords for directories, a login form without an application, and a firewall.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start } from '../apache.mjs';
import { call, submit, visit } from './steps.mjs';

/** @typedef {import('./recorder.mjs').Browser} Browser */
/** @typedef {Awaited<ReturnType<typeof start>>} Apache */

/** A guarded directory whose file of passwords was never made. @param {string} directory */
const brokenUserFile = (directory) => `
<Location /broken/>
  AuthType Basic
  AuthName "Archive"
  AuthUserFile ${directory}/no-such-file
  Require valid-user
</Location>
Alias /broken/ ${directory}/site/`;

/** mod_auth_form. @param {string} directory */
const form = (directory) => `
<Location /form/>
  AuthType form
  AuthName "Library"
  AuthFormProvider file
  AuthUserFile ${directory}/htpasswd
  AuthFormLoginRequiredLocation "/login.html"
  Session On
  SessionCookieName session path=/;HttpOnly
  Require valid-user
</Location>
Alias /form/ ${directory}/site/
<Location /dologin>
  SetHandler form-login-handler
  AuthType form
  AuthName "Library"
  AuthFormProvider file
  AuthUserFile ${directory}/htpasswd
  AuthFormLoginRequiredLocation "/login.html"
  AuthFormLoginSuccessLocation "/form/"
  Session On
  SessionCookieName session path=/;HttpOnly
</Location>
Alias /login.html ${directory}/login.html`;

/** ModSecurity with the Core Rule Set as Debian ships them, set to block. @param {string} directory */
const firewall = (directory) => `
SecRuleEngine On
SecRequestBodyAccess On
SecTmpDir ${directory}
SecDataDir ${directory}
SecAuditEngine Off
Include /etc/modsecurity/crs/crs-setup.conf
Include /usr/share/modsecurity-crs/rules/*.conf
${form(directory)}`;

const LOGIN_PAGE = `<!doctype html><html lang="en"><title>Library</title><link rel="icon" href="data:,"><h1>Library</h1>
<form method="post" action="/dologin"><input name="httpd_username"><input name="httpd_password" type="password"><button>Sign in</button></form></html>`;

/**
 * @param {string} name @param {string} what @param {string[]} failures
 * @param {(browser: Browser, apache: Apache) => Promise<unknown>} then
 * @param {{ firefox?: boolean, chrome?: boolean, more?: (directory: string) => string }} [options]
 * @returns {import('./recorder.mjs').Login}
 */
const login = (name, what, failures, then, { firefox = false, chrome, more } = {}) => ({
  name, failures, firefox, chrome, source: `Apache httpd: ${what}`,
  async run(browser) {
    const apache = await start({ more: more && ((directory) => {
      writeFileSync(join(directory, 'login.html'), LOGIN_PAGE);
      return more(directory);
    }) });
    try {
      await browser.goto(apache.url);
      await then(browser, apache);
    } finally {
      await apache.stop();
    }
  },
});

/** @param {Browser} browser @param {Apache} apache @param {string} password */
async function fillIn(browser, { url, user }, password) {
  await visit(browser, `${url}login.html`);
  await submit(browser, { httpd_username: user, httpd_password: password });
}

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/apache-basic', 'a directory behind Basic.', [], (browser, { url, user, password }) => browser.gotoProtected(`${url}basic/`, { username: user, password }), { firefox: true }),
  login('healthy/apache-digest', 'a directory behind Digest.', [], (browser, { url, user, password }) => browser.gotoProtected(`${url}digest/`, { username: user, password }), { firefox: true }),
  login('healthy/apache-form', 'mod_auth_form.', [], (browser, apache) => fillIn(browser, apache, apache.password), { more: form }),
  login('healthy/apache-firewall', 'ModSecurity, and a password that troubles no rule.', [], (browser, apache) => fillIn(browser, apache, apache.password), { more: firewall }),
  login('credentials/wrong-credentials/apache-basic', 'a wrong password for Basic.', ['wrong-credentials'], (browser, { url, user }) => browser.gotoProtected(`${url}basic/`, { username: user, password: 'wrong' }), { firefox: true, chrome: false }),
  login('credentials/wrong-credentials/apache-digest', 'a wrong password for Digest.', ['wrong-credentials'], (browser, { url, user }) => browser.gotoProtected(`${url}digest/`, { username: user, password: 'wrong' }), { firefox: true, chrome: false }),
  login('credentials/wrong-credentials/apache-basic-script', 'a script that sends a wrong password.', ['wrong-credentials'], (browser, { url, user }) => call(browser, `${url}basic/`, { credentials: 'omit', headers: { Authorization: `Basic ${Buffer.from(`${user}:wrong`).toString('base64')}` } })),
  login('credentials/wrong-credentials/apache-form', 'a wrong password for mod_auth_form.', ['wrong-credentials'], (browser, apache) => fillIn(browser, apache, 'wrong'), { more: form }),
  login('credentials/missing-credentials/apache-basic', 'a dialog that was cancelled.', ['missing-credentials'], (browser, { url }) => browser.gotoProtected(`${url}basic/`), { firefox: true }),
  login('credentials/stale-saved-credentials/apache-basic', 'a script that goes on with a password that was changed.', ['stale-saved-credentials'], async (browser, apache) => {
    const ask = () => call(browser, `${apache.url}basic/`, { credentials: 'omit', headers: { Authorization: `Basic ${Buffer.from(`${apache.user}:${apache.password}`).toString('base64')}` } });
    await ask();
    apache.changePassword();
    await ask();
    await ask();
    await ask();
  }, { firefox: true }),
  login('server/directory-protection-broken/apache', 'an AuthUserFile that does not exist.', ['directory-protection-broken'],
    (browser, { url, user, password }) => browser.gotoProtected(`${url}broken/`, { username: user, password }), { more: brokenUserFile, firefox: true, chrome: false }),
  login('security/waf-blocked/apache-modsecurity', 'ModSecurity, and a password that looks like an injection.', ['waf-blocked'], (browser, apache) => fillIn(browser, apache, "' OR 1=1 -- "), { more: firewall, firefox: true }),
];
