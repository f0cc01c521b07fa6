import { use } from './lib/use.mjs';

use('firefox');
