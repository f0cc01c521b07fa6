// SAML: samlp as the identity provider at `id.test`, @node-saml/node-saml as the service at `app.test`.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAML } from '@node-saml/node-saml';
import samlp from 'samlp';
import { temporaryDirectory } from '../process.mjs';
import { account, express, page, served } from './express.mjs';
import { quiet, visit } from './steps.mjs';

/** A key and its certificate, made anew for every run. */
function newKey() {
  const directory = temporaryDirectory();
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(directory.path, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=id.test', '-days', '2', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const made = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  directory.remove();
  return made;
}

/**
 * @typedef {object} Broken
 * @property {Record<string, unknown>} [provider] options of samlp
 * @property {boolean} [unsigned] whether the signature is cut out of the response on its way
 * @property {boolean} [refuses] whether the provider answers with an error instead of an assertion
 */

/** @param {Broken} broken @param {(site: string) => Promise<unknown>} use */
async function running({ provider = {}, unsigned = false, refuses = false }, use) {
  const { key, cert } = newKey();
  const idp = express();
  const app = express();
  app.use(express.urlencoded({ extended: false, limit: '1mb' }));
  await served(app, 'app.test', (site) => served(idp, 'id.test', async (id) => {
    const acs = `${site}/acs`;
    const options = { issuer: id, cert, key, destination: acs, recipient: acs, audience: site, lifetimeInSeconds: 300, ...provider,
      getPostURL: (/** @type {unknown[]} */ ...args) => args[args.length - 1](null, acs), getUserFromRequest: () => ({ id: account.user, emails: [{ value: 'alice@example.test' }], displayName: 'Alice', name: {} }) };
    idp.use((_, response, next) => {
      const send = response.send.bind(response);
      response.send = (body) => send(unsigned ? `${body}`.replace(/(name="SAMLResponse"\s+value=")([^"]+)/, (_all, before, value) =>
        before + Buffer.from(Buffer.from(value, 'base64').toString().replace(/<(\w+:)?Signature[ >].*<\/(\w+:)?Signature>/s, '')).toString('base64')) : body);
      next();
    });
    idp.get('/sso', (request, response, next) => {
      const finish = refuses
        ? samlp.sendError({ ...options, error: { code: 'urn:oasis:names:tc:SAML:2.0:status:Responder', description: 'The user may not use this service.' } })
        : samlp.auth(options);
      finish(request, response, next);
    });
    const saml = new SAML({ callbackUrl: acs, entryPoint: `${id}/sso`, issuer: site, audience: site, idpCert: cert, wantAuthnResponseSigned: false, acceptedClockSkewMs: 1000,
      validateInResponseTo: /** @type {any} */ ('always') });
    app.get('/login', async (_, response) => { response.redirect(await saml.getAuthorizeUrlAsync('', undefined, {})); });
    app.post('/acs', async (request, response) => {
      try {
        const posted = Buffer.from(request.body.SAMLResponse, 'base64').toString();
        const destination = /Destination="([^"]+)"/.exec(posted)?.[1];
        // node-saml leaves this check to the application.
        if (destination !== acs) throw new Error(`The Destination of the response is ${destination}, not ${acs}`);
        await saml.validatePostResponseAsync(request.body);
        response.cookie('session', randomBytes(18).toString('base64url'), { httpOnly: true }).redirect(303, '/');
      } catch (error) {
        response.status(401).send(page('Sorry', `<p>${/** @type {Error} */ (error).message}</p>`));
      }
    });
    app.get('/', (_, response) => { response.send(page('Home', 'Hello')); });
    await use(site);
  }));
}

/**
 * @param {string} name @param {string} what @param {string[]} failures @param {Broken} broken @param {boolean} [firefox]
 * @returns {import('./recorder.mjs').Login}
 */
const login = (name, what, failures, broken, firefox = false) => ({
  name, failures, firefox, source: `samlp and node-saml: ${what}`,
  run: (browser) => running(broken, async (site) => {
    await visit(browser, `${site}/login`);
    await quiet(browser, 1000);
  }),
});

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [
  login('healthy/saml-login', 'a login that works.', [], {}, true),
  login('saml/saml-audience-mismatch/node-saml', 'an assertion for another service.', ['saml-audience-mismatch'], { provider: { audience: 'https://other.test/metadata' } }, true),
  login('saml/saml-expired/node-saml', 'an assertion whose time is over.', ['saml-expired'], { provider: { lifetimeInSeconds: -300 } }, true),
  login('saml/saml-destination-mismatch/node-saml', 'a response for another address.', ['saml-destination-mismatch'], { provider: { destination: 'https://old-app.test/acs', recipient: 'https://old-app.test/acs' } }),
  login('saml/saml-in-response-to-mismatch/node-saml', 'an answer to another request.', ['saml-in-response-to-mismatch'], { provider: { inResponseTo: `_${randomBytes(16).toString('hex')}` } }),
  login('saml/saml-unsigned/node-saml', 'a response that lost its signature.', ['saml-unsigned'], { unsigned: true }),
  login('saml/saml-status-failure/samlp', 'a provider that refuses the user.', ['saml-status-failure'], { refuses: true }, true),
];
