// The demo's story clicked through: two clerks of one office at two PCs, a line that is cut in between, an officer and
// the leader at the province, and the table at the end.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {test} from 'node:test';

import {openBrowser} from './browser.mjs';
import {cell, enter, openReport, saved} from './office.mjs';
import {addPerson, signIn} from './province_people.mjs';
import {Room, until} from './room.mjs';

const id = 'report:bm11:2021';
const typed = {
  tbt_bulletins_received_count: '25', tbt_bulletin_recipients_count: '40', tbt_notices_forwarded_count: '0', newdoc_batches_count: '14',
  tbt_articles_count: '0', exporters_count: '7', tasks_registered_count: '0', stat_forms_submitted_count: '0', training_count: '1',
};

async function beginReport(office, page) {
  await office.run('report', 'new', 'bm11', '2021');
  await openReport(page, id);
}
const bothSync = async (...pcs) => { for (const pc of pcs) await pc.run('sync').catch(() => ''); };

test('two clerks type without a line, their PCs meet, one decides, the report is approved, and the table has their figures', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  await addPerson(room, province, 'minh.nv', 'officer', 'Nguyễn Văn Minh');
  await addPerson(room, province, 'huong.lt', 'leader', 'Lê Thị Thu Hương');
  const line = await room.line(province.port);
  const first = await room.office(province, 'vn-56-572', 'Thị xã Ninh Hòa', line);
  const second = await room.pc('vn-56-572', first.token, line.port);
  await first.serve();
  await second.serve();
  for (const pc of [first, second]) await until('the first contact', async () => (await pc.json('status')).last_contact);
  const browser = await openBrowser(t);

  await line.tell('cut');
  const lan = await enter(t, browser, first, 'lan.ht');
  const tam = await enter(t, browser, second, 'tam.pv');
  await beginReport(first, lan);
  for (const [field, text] of Object.entries(typed)) await cell(lan, field).fill(text);
  await saved(lan);
  await beginReport(second, tam);
  await cell(tam, 'tbt_bulletin_recipients_count').fill('44');
  await saved(tam);

  await line.tell('open');
  await bothSync(first, second, first);
  await until('the clash to be at both PCs', async () => {
    await bothSync(first, second);
    return (await second.json('status')).conflicts === 1;
  });
  await tam.goto(`${second.url}/ui/#/`);
  await tam.getByRole('link', {name: /hai bản khác nhau/}).click();
  await tam.getByRole('link', {name: /BM11/}).click();
  await tam.getByRole('radio', {name: /44/}).first().check();
  await tam.getByRole('button', {name: 'Gộp theo lựa chọn'}).click();
  await until('the clash to be gone', async () => {
    await bothSync(second, first);
    return (await first.json('status')).conflicts === 0 && (await first.json('report', 'show', id)).values.tbt_bulletin_recipients_count === 44;
  });

  // Submitted over a dead line: nothing is called received before the province's receipt.
  await line.tell('cut');
  await openReport(lan, id);
  await lan.getByRole('button', {name: 'Gửi báo cáo'}).click();
  await lan.getByRole('dialog').getByRole('button', {name: 'Gửi', exact: true}).click();
  await lan.getByText('Đã trình, chờ tới tỉnh').first().waitFor();
  const minh = await signIn(t, browser, province, 'minh.nv');
  await minh.getByRole('navigation').getByRole('link', {name: 'Duyệt báo cáo'}).click();
  await minh.getByText('Không có báo cáo nào chờ duyệt.').waitFor();
  await line.tell('open');
  await until('the receipt', async () => {
    await bothSync(first);
    return (await first.json('ledger')).some((row) => row.fate === 'accepted');
  });

  await minh.reload();
  await minh.getByRole('link', {name: 'Thị xã Ninh Hòa: BM11 · Năm 2021'}).click();
  await minh.getByRole('button', {name: 'Duyệt', exact: true}).click();
  await minh.getByText('Đã duyệt. Chỉ lãnh đạo Sở mở khóa được.').waitFor();
  await minh.goto(`${province.url}/ui/#/tables?form=bm11&period=2021&official=yes`);
  const row = minh.locator('table.figures tr', {hasText: '44'});
  await row.first().waitFor();
  const [file] = await Promise.all([minh.waitForEvent('download'), minh.getByRole('link', {name: 'CSV', exact: true}).click()]);
  assert.match(fs.readFileSync(await file.path(), 'utf8'), /44/);

  const leader = await signIn(t, browser, province, 'huong.lt');
  await leader.goto(`${province.url}/ui/#/tables?form=bm11&period=2021&official=yes`);
  await leader.getByRole('button', {name: 'Lập bản chính thức'}).click();
  await leader.getByRole('dialog').getByRole('button', {name: 'Lập bản chính thức'}).click();
  await leader.getByRole('heading', {level: 1, name: 'BM11 · Năm 2021'}).waitFor();
  await until('the approval to be at the clerk\'s PC', async () => {
    await bothSync(first);
    return (await first.json('report', 'show', id)).state === 'approved';
  });
  const run = JSON.parse(await province.run('consolidate', '--form', 'bm11', '--period', '2021', '--format', 'json'));
  for (const [field, text] of Object.entries({...typed, tbt_bulletin_recipients_count: '44'})) assert.equal(String(run.values[field].value), text, field);
});
