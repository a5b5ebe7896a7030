// tests/pages/modules.mjs: the npm modules that ./dev setup put into build/web, by name.
import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const require = createRequire(path.join(root, 'build/web/node_modules/x.js'));
