// Both languages of the province's pages say the same things, and the bundle stays small.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {require, root} from './modules.mjs';

const built = process.env.TRAM_WEB || path.join(root, 'build/release/web');

async function catalogue(language) {
  const text = fs.readFileSync(path.join(root, `web/province/words_${language}.ts`), 'utf8').replace(/^import .*$/gm, '');
  const {code} = await require('esbuild').transform(text, {loader: 'ts'});
  return Object.values(await import(`data:text/javascript,${encodeURIComponent(code)}`))[0];
}
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test('every word of the province is there in Vietnamese and in English, with the same numbers in it', async () => {
  const vi = await catalogue('vi');
  const en = await catalogue('en');
  assert.deepEqual(Object.keys(vi).sort(), Object.keys(en).sort());
  for (const [key, text] of Object.entries(vi)) {
    assert.ok(text.trim() && en[key].trim(), key);
    assert.deepEqual(names(text), names(en[key]), key);
    assert.equal(text, text.normalize('NFC'), key);
  }
});

test('every word that the pages ask for is in the catalogue', async () => {
  const vi = await catalogue('vi');
  const folder = path.join(root, 'web/province');
  const asked = fs.readdirSync(folder).filter((name) => /\.tsx?$/.test(name) && !name.startsWith('words'))
    .flatMap((name) => [...fs.readFileSync(path.join(folder, name), 'utf8').matchAll(/\bt\('([\w.]+)'/g)].map((match) => match[1]));
  assert.ok(asked.length > 100);
  for (const key of asked) assert.ok(key in vi || key.startsWith('act.'), key);
});

test('the pages of a province are at most 300 kB on their way', () => {
  const sizes = JSON.parse(fs.readFileSync(path.join(built, 'province_pages.json'), 'utf8'));
  const total = Object.values(sizes).reduce((sum, one) => sum + one.gzip, 0);
  assert.ok(total <= 300_000, `${total} bytes`);
});
