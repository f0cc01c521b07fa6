// Every login of the laboratory.

import { logins as challenges } from './express-challenges.mjs';
import { logins as cookies } from './express-cookies.mjs';
import { logins as neighbours } from './express-neighbours.mjs';
import { logins as sessions } from './express-sessions.mjs';
import { logins as apache } from './apache.mjs';
import { logins as django } from './django.mjs';
import { logins as flask } from './flask.mjs';
import { logins as haproxy } from './haproxy.mjs';
import { logins as kerberos } from './kerberos.mjs';
import { logins as nginx } from './nginx.mjs';
import { logins as saml } from './saml.mjs';
import { logins as squid } from './squid.mjs';
import { logins as openid } from './openid.mjs';
import { logins as tokens } from './express-tokens.mjs';
import { logins as wordpress } from './wordpress.mjs';
import { logins as second } from './second/all.mjs';

/** @type {import('./recorder.mjs').Login[]} */
export const logins = [...apache, ...saml, ...django, ...flask, ...nginx, ...haproxy, ...squid, ...kerberos, ...sessions, ...neighbours, ...cookies, ...challenges, ...tokens, ...openid, ...wordpress, ...second];
