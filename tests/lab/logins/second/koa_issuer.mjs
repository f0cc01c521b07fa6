// An application that hands out tokens, in a process of its own so that its clock can go wrong: `koa_issuer.mjs PORT SECRET API`.

import Koa from 'koa';
import jwt from 'jsonwebtoken';
import { page } from './login.mjs';

const [port, secret, api] = process.argv.slice(2);
const app = new Koa();
app.use((context) => {
  if (context.method === 'POST') {
    context.body = { jeton: jwt.sign({ sub: '7' }, secret, { notBefore: 0, expiresIn: '30m' }) };
    return;
  }
  context.body = page('fr', 'Intranet', `<p id="avis"></p>
<form id="f"><label>Identifiant <input name="x1"></label><label>Mot de passe <input name="x2" type="password"></label><button>Se connecter</button></form>
<script>
f.onsubmit = async (event) => {
  event.preventDefault();
  const { jeton } = await (await fetch('/e', { method: 'POST', body: new URLSearchParams(new FormData(f)) })).json();
  const answer = await fetch('${api}/conges', { headers: { Authorization: 'Bearer ' + jeton } });
  avis.textContent = answer.ok ? 'Bienvenue' : 'Accès impossible.';
};
</script>`);
});
app.listen(Number(port), '127.0.0.1');
