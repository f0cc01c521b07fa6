// oidc-provider in a process of its own, so that its clock can go wrong: `openid_provider.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI`.

import Provider from 'oidc-provider';

const [port, id, secret, redirect] = process.argv.slice(2);
new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: id, client_secret: secret, redirect_uris: [redirect], response_types: ['code'], grant_types: ['authorization_code', 'refresh_token'] }],
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, name: 'Mei' }) }),
  cookies: { keys: [secret] },
  pkce: { required: () => false },
}).listen(Number(port), '127.0.0.1');
