// A token issuer of our own: real JWTs (RFC 7519) signed with ES256 by a key that lives as long as the process.

import { generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const dsaEncoding = 'ieee-p1363';
/** @param {unknown} value */
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Now, in whole seconds since 1970, as JWT claims count. */
export const seconds = () => Math.floor(Date.now() / 1000);

/**
 * @param {{ age?: number, lifetime?: number, scope?: string }} [how] `age`: how many seconds ago it was issued
 * @returns {string} a signed access token for the orders API
 */
export function issue({ age = 0, lifetime = 3600, scope = 'orders:read' } = {}) {
  const iat = seconds() - age;
  const signed = `${part({ alg: 'ES256', typ: 'at+jwt' })}.${part({
    iss: 'https://login.test', sub: 'alice', aud: 'orders', client_id: 'shop', scope, iat, exp: iat + lifetime, jti: randomUUID(),
  })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding }).toString('base64url')}`;
}

/**
 * @param {string} token
 * @returns {{ exp: number, scope: string } | undefined} its claims, if this issuer signed it; the times are not checked
 */
export function open(token) {
  const [header, claims, signature, ...rest] = token.split('.');
  if (!signature || rest.length > 0) return undefined;
  const genuine = verify('sha256', Buffer.from(`${header}.${claims}`), { key: publicKey, dsaEncoding }, Buffer.from(signature, 'base64url'));
  return genuine ? JSON.parse(Buffer.from(claims, 'base64url').toString()) : undefined;
}
