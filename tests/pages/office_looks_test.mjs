// Large text, high contrast and the keyboard alone, at an office with a long name.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {faults, narrow, openBrowser, overflow, wide} from './browser.mjs';
import {cell, enter, openReport, saved, wholeBm02} from './office.mjs';
import {longName} from './province_people.mjs';
import {Room, until} from './room.mjs';

const id = 'report:bm02:2024Q2';

test('with very large text and high contrast no page is too wide and axe finds nothing serious', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const office = await room.office(province, 'vn-56-575', longName);
  await office.serve();
  await office.run('report', 'new', 'bm02', '2024Q2');
  await office.run('report', 'set', id, 'models_count=4');
  await until('the office to know its name', async () => (await office.json('status')).last_contact);
  const page = await enter(t, await openBrowser(t), office);
  await page.getByRole('navigation').getByRole('link', {name: 'Cài đặt'}).click();
  await page.getByLabel('Cỡ chữ').selectOption('larger');
  await page.getByLabel('Tương phản').selectOption('more');
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({colorScheme});
    for (const place of ['', 'reports', 'conflict', 'inbox', 'search', 'log', 'settings', 'import', `report/${encodeURIComponent(id)}`, `history/${encodeURIComponent(id)}`]) {
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

test('a report is filled in, explained, saved and submitted by keys alone', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const office = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  await office.run('report', 'new', 'bm02', '2024Q2');
  const page = await enter(t, await openBrowser(t), office);
  await openReport(page, id);
  const keys = page.keyboard;
  await cell(page, 'tasks_national_count').focus();
  await keys.press('Alt+0');
  assert.equal(await cell(page, 'tasks_national_count').inputValue(), '0');
  for (const text of Object.values(wholeBm02).slice(1)) {
    await keys.press('Enter');
    await keys.type(text);
  }
  for (const [field, text] of Object.entries(wholeBm02)) assert.equal(await cell(page, field).inputValue(), text, field);
  await keys.press('Alt+9');
  assert.equal(await cell(page, 'unit_funded_tasks_count').inputValue(), 'chưa có số liệu');
  await keys.press('Alt+8');
  await keys.type('Xã chưa báo');
  await saved(page);
  await keys.press('Control+s');
  await page.locator('[data-save="clean"]').waitFor();
  await keys.press('Control+Enter');
  await page.getByRole('dialog').getByText('đủ điều kiện gửi').waitFor();
  await keys.press('Escape');
  await page.getByRole('dialog').waitFor({state: 'detached'});
  await keys.press('Control+Enter');
  await page.getByRole('dialog').getByText('đủ điều kiện gửi').waitFor();
  await page.getByRole('dialog').getByRole('button', {name: 'Gửi', exact: true}).focus();
  await keys.press('Enter');
  await page.locator('.page-head').getByText(/^(Đã trình|Tỉnh đã nhận)/).waitFor();
  const {remarks, submission} = await office.json('report', 'show', id);
  assert.equal(remarks.unit_funded_tasks_count.text, 'Xã chưa báo');
  assert.ok(submission.digest);
});
