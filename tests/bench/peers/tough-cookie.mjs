// The same work by tough-cookie: `node tough-cookie.mjs JSON` prints nanoseconds per operation.

import { CookieJar } from 'tough-cookie';

/** @type {{ lines: [string, string][], requests: string[], now: number }} */
const work = JSON.parse(process.argv[2]);
const now = new Date(work.now);
const ROUNDS = 15;

function filled() {
  const jar = new CookieJar();
  for (const [url, line] of work.lines) jar.setCookieSync(line, url, { now, ignoreError: true });
  return jar;
}

/** @param {CookieJar} jar */
function asked(jar) {
  let sent = 0;
  for (const url of work.requests) sent += jar.getCookiesSync(url, { expire: false }).length;
  return sent;
}

/** @param {number} count @param {() => unknown} run */
function median(count, run) {
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = process.hrtime.bigint();
    run();
    times.push(Number(process.hrtime.bigint() - begun) / count);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}

const jar = filled();
const { lines, requests } = work;
console.log(
  JSON.stringify({
    sent: asked(jar),
    receive: median(lines.length, filled),
    retrieve: median(requests.length, () => asked(jar)),
    both: median(lines.length + requests.length, () => asked(filled())),
  }),
);
