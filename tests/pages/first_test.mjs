// Both programs serve their pages.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {faults, openBrowser, openPage} from './browser.mjs';
import {enter} from './office.mjs';
import {Room} from './room.mjs';

test('a clerk and an officer see their pages, in Vietnamese and in English', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const office = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  const browser = await openBrowser(t);
  for (const program of [office, province]) {
    const page = await openPage(t, browser, `${program.url}/ui/`);
    await page.locator('h1').first().waitFor();
    assert.equal(await page.getAttribute('html', 'lang'), 'vi');
    await page.getByRole('button', {name: 'English'}).click();
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    assert.deepEqual(await faults(page), []);
  }
});

test('an office whose district has ended reads on its start page who reports the later periods', async (t) => {
  const room = new Room(t);
  const office = await room.office(await room.province(), 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  const page = await enter(t, await openBrowser(t), office);
  await page.getByText('Huyện Khánh Sơn (575) đã kết thúc ngày 30/06/2025').waitFor();
  await page.getByText('Xã Khánh Sơn (22714)').waitFor();
});

test('a page loads from its own origin alone and cannot be framed', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const answer = await fetch(`${province.url}/ui/`);
  assert.match(answer.headers.get('content-security-policy'), /default-src 'self'.*frame-ancestors 'none'/);
  const html = await answer.text();
  const [, script] = html.match(/src="(\/ui\/province-\w+\.js)"/);
  const code = await fetch(province.url + script);
  assert.equal(code.headers.get('content-type'), 'text/javascript; charset=utf-8');
  assert.match(code.headers.get('cache-control'), /immutable/);
  const again = await fetch(`${province.url}/ui/`, {headers: {'If-None-Match': answer.headers.get('etag')}});
  assert.equal(again.status, 304);
  assert.equal((await fetch(`${province.url}/ui/no`)).status, 404);
});
