// The sessions on standard input in tough-cookie: what it would send for each request, as JSON.

import { CookieJar } from 'tough-cookie';

let input = '';
for await (const chunk of process.stdin) input += chunk;

/** @type {{ url: string, line?: string }[][]} */
const sessions = JSON.parse(input);
const answers = sessions.map((session) => {
  const jar = new CookieJar(undefined, { rejectPublicSuffixes: true });
  const sent = [];
  for (const { url, line } of session) {
    if (line !== undefined) jar.setCookieSync(line, url, { ignoreError: true });
    else sent.push(jar.getCookiesSync(url).map((cookie) => cookie.cookieString()));
  }
  return sent;
});
process.stdout.write(JSON.stringify(answers));
