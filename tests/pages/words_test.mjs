// Both languages say the same things, and the bundles stay small.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {require, root} from './modules.mjs';

const web = path.join(root, 'web');
const built = process.env.TRAM_WEB || path.join(root, 'build/release/web');

// Catalogues are TypeScript without anything to run but objects.
async function catalogue(file) {
  const {code} = await require('esbuild').transform(fs.readFileSync(path.join(web, file), 'utf8').replace(/^import .*$/gm, '').replace(/^export const words = .*$/m, ''), {loader: 'ts'});
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test('every word is there in Vietnamese and in English, with the same numbers in it', async () => {
  const shared = await catalogue('common/words.ts');
  const vi = {...shared.vi, ...(await catalogue('office/words_vi.ts')).officeVi};
  const en = {...shared.en, ...(await catalogue('office/words_en.ts')).officeEn};
  assert.deepEqual(Object.keys(vi).sort(), Object.keys(en).sort());
  for (const [key, text] of Object.entries(vi)) {
    assert.ok(text.trim() && en[key].trim(), key);
    assert.deepEqual(names(text), names(en[key]), key);
    assert.equal(text, text.normalize('NFC'), key);
  }
});

test('the page of an office is at most 120 kB on its way', () => {
  const sizes = JSON.parse(fs.readFileSync(path.join(built, 'office_pages.json'), 'utf8'));
  const total = Object.values(sizes).reduce((sum, one) => sum + one.gzip, 0);
  assert.ok(total <= 120_000, `${total} bytes`);
});
