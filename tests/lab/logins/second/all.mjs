// Every login of the second laboratory.

import { logins as betterAuth } from './better-auth.mjs';
import { logins as calibreWeb } from './calibre-web.mjs';
import { logins as datasette } from './datasette.mjs';
import { logins as dokuwiki } from './dokuwiki.mjs';
import { logins as expressOpenidConnect } from './express-openid-connect.mjs';
import { logins as fastapiUsers } from './fastapi-users.mjs';
import { logins as fastify } from './fastify.mjs';
import { logins as feathers } from './feathers.mjs';
import { logins as flaskAppbuilder } from './flask-appbuilder.mjs';
import { logins as ironSession } from './iron-session.mjs';
import { logins as jupyter } from './jupyter.mjs';
import { logins as koa } from './koa.mjs';
import { logins as nest } from './nest.mjs';
import { logins as nodeRed } from './node-red.mjs';
import { logins as octoprint } from './octoprint.mjs';
import { logins as phpmyadmin } from './phpmyadmin.mjs';
import { logins as postfixadmin } from './postfixadmin.mjs';
import { logins as qbittorrent } from './qbittorrent.mjs';
import { logins as radicale } from './radicale.mjs';
import { logins as roundcube } from './roundcube.mjs';
import { logins as roundup } from './roundup.mjs';
import { logins as sveltekit } from './sveltekit.mjs';
import { logins as syncthing } from './syncthing.mjs';
import { logins as trac } from './trac.mjs';
import { logins as transmission } from './transmission.mjs';
import { logins as verdaccio } from './verdaccio.mjs';
import { logins as znc } from './znc.mjs';

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [
  ...betterAuth, ...calibreWeb, ...datasette, ...dokuwiki, ...expressOpenidConnect, ...fastapiUsers, ...fastify, ...feathers, ...flaskAppbuilder, ...ironSession, ...jupyter, ...koa,
  ...nest, ...nodeRed, ...octoprint, ...phpmyadmin, ...postfixadmin, ...qbittorrent, ...radicale, ...roundcube, ...roundup, ...sveltekit, ...syncthing, ...trac, ...transmission, ...verdaccio, ...znc,
];
