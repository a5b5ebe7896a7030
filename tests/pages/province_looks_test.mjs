// Large text and high contrast at the province, with offices of long names.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {faults, narrow, openBrowser, overflow, wide} from './browser.mjs';
import {figures, longName, report, sent, signIn, typed} from './province_people.mjs';
import {Room} from './room.mjs';

test('with very large text and high contrast no page of the province is too wide and axe finds nothing serious', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const office = await room.office(province, 'vn-56-575', longName);
  await office.run('sync');
  await typed(office, report, figures);
  await sent(office, report);
  const page = await signIn(t, await openBrowser(t), province, 'admin');
  await page.getByRole('navigation').getByRole('link', {name: 'Tài khoản'}).click();
  await page.getByLabel('Cỡ chữ').selectOption('larger');
  await page.getByLabel('Tương phản').selectOption('more');
  const one = `review/vn-56-575/${encodeURIComponent(report)}`;
  const places = ['', 'review', one, `${one}/history`, 'tables?form=bm09&period=2025S1', 'runs', 'recommendations', 'publishing', 'publishing/guidance', 'offices', 'people', 'audit', 'account'];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({colorScheme});
    for (const place of places) {
      await page.evaluate((to) => { location.hash = `#/${to}`; }, place);
      await page.locator('main h1').waitFor();
      await page.locator('.waiting').first().waitFor({state: 'detached'});
      for (const size of [narrow, wide]) {
        await page.setViewportSize(size);
        assert.equal(await overflow(page), '', `#/${place} at ${size.width}`);
      }
      assert.deepEqual(await faults(page), [], `#/${place} ${colorScheme}`);
    }
  }
});
