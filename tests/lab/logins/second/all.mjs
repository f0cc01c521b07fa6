// Every login of the second laboratory.

import { logins as betterAuth } from './better-auth.mjs';
import { logins as fastapiUsers } from './fastapi-users.mjs';
import { logins as feathers } from './feathers.mjs';
import { logins as jupyter } from './jupyter.mjs';
import { logins as koa } from './koa.mjs';
import { logins as nodeRed } from './node-red.mjs';
import { logins as qbittorrent } from './qbittorrent.mjs';

/** @type {import('../recorder.mjs').Login[]} */
export const logins = [...betterAuth, ...fastapiUsers, ...feathers, ...jupyter, ...koa, ...nodeRed, ...qbittorrent];
