// Scans attached to a report, and the paper that is signed.
import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import fs from 'node:fs';
import {test} from 'node:test';

import {openBrowser} from './browser.mjs';
import {cell, enter, openReport, saved} from './office.mjs';
import {Room} from './room.mjs';

test('a clerk attaches a scan, takes it off again, and prints what was typed', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const office = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  await office.run('report', 'new', 'bm02', '2024Q2');
  const page = await enter(t, await openBrowser(t), office);
  await openReport(page, 'report:bm02:2024Q2');
  await cell(page, 'models_count').fill('1.234');
  await saved(page);
  const scan = randomBytes(3 << 20);
  await page.getByLabel('Đính kèm tệp').setInputFiles({name: 'bản ký, lần 2.pdf', mimeType: 'application/pdf', buffer: scan});
  const link = page.getByRole('link', {name: 'bản ký, lần 2.pdf'});
  await link.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
  assert.equal(digest(fs.readFileSync(await download.path())), digest(scan));
  await page.getByRole('button', {name: 'Gỡ: bản ký, lần 2.pdf'}).click();
  await page.getByText('Chưa có tệp nào').waitFor();
  assert.deepEqual(await office.json('report', 'attachments', 'report:bm02:2024Q2'), []);

  const [paper] = await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('Control+p')]);
  await paper.getByText('1.234').first().waitFor();
  await paper.getByText('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM').waitFor();
});

test('a figure that another PC changed meanwhile is asked about, not overwritten', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const office = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  await office.run('report', 'new', 'bm02', '2024Q2');
  const page = await enter(t, await openBrowser(t), office);
  await openReport(page, 'report:bm02:2024Q2');
  await cell(page, 'models_count').focus();
  await office.run('report', 'set', 'report:bm02:2024Q2', 'models_count=7', '--by', 'minh.nv');
  await page.keyboard.type('5');
  await page.getByText('vừa được sửa ở máy khác thành “7”').waitFor();
  assert.equal((await office.json('report', 'show', 'report:bm02:2024Q2')).values.models_count, 7);
  await page.getByRole('button', {name: 'Giữ của tôi'}).click();
  await page.keyboard.press('Control+s');
  await page.locator('[data-save="clean"]').waitFor();
  assert.equal((await office.json('report', 'show', 'report:bm02:2024Q2')).values.models_count, 5);
});
