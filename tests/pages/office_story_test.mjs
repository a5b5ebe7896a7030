// A clerk's quarter: a report typed, corrected, submitted over a cut line, received; two PCs that meet in a clash.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {faults, openBrowser, screenshots} from './browser.mjs';
import {cell, enter, openReport, paste, saved, wholeBm02} from './office.mjs';
import {Room, until} from './room.mjs';

const REPORT = 'report:bm02:2024Q2';

test('a clerk fills in a report without a line, submits it, and it is called received only with the receipt', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const line = await room.line(province.port);
  const office = await room.office(province, 'vn-56-22714', 'Phòng Kinh tế, Hạ tầng và Đô thị xã Khánh Sơn, tỉnh Khánh Hòa', line);
  await office.serve();
  await until('the first contact', async () => (await office.json('status')).last_contact);
  await line.tell('cut');
  const page = await enter(t, await openBrowser(t), office);
  assert.deepEqual(await faults(page), []);
  await screenshots(page, 'office-start');

  await page.getByRole('link', {name: 'Báo cáo khác…'}).click();
  await page.getByRole('button', {name: 'Báo cáo mới'}).click();
  await page.getByLabel('Biểu mẫu').selectOption('bm02');
  const year = (await page.getByLabel('Kỳ báo cáo').inputValue()).slice(0, 4);
  await page.getByLabel('Kỳ báo cáo').selectOption(`${year}Q2`);
  await page.getByRole('button', {name: 'Lập báo cáo'}).click();
  await cell(page, 'models_count').waitFor();
  const id = `report:bm02:${year}Q2`;

  // What cannot be read is asked back, never guessed, and stays on the screen.
  await cell(page, 'models_count').fill('1.5');
  await page.getByText('✕').first().waitFor();
  assert.equal(await cell(page, 'models_count').inputValue(), '1.5');
  // Computed at once, and the rule beside its field.
  for (const [field, text] of Object.entries({...wholeBm02, tasks_applied_count: '40'})) await cell(page, field).fill(text);
  await page.locator('.messages .bad, .messages .warn').first().waitFor();
  await cell(page, 'tasks_applied_count').fill('12');
  await page.locator('.computed', {hasText: '42,86'}).waitFor();
  await saved(page);

  // Rows from Excel, one too many deleted again.
  await page.getByRole('button', {name: 'Thêm dòng'}).click();
  const first = await page.locator('.sheet [data-cell]').first().getAttribute('data-cell');
  await paste(page, first, 'KS-2024-01\tMô hình trồng sầu riêng theo tiêu chuẩn VietGAP tại các xã vùng cao\tMô hình\nKS-2024-02\tỨng dụng tưới tiết kiệm\tĐề tài\n');
  await page.getByText('2 dòng. Dán được nhiều ô từ Excel.').waitFor();
  await page.getByRole('button', {name: 'Xóa dòng 2'}).click();
  await page.getByText('1 dòng. Dán được nhiều ô từ Excel.').waitFor();
  await saved(page);
  assert.deepEqual(await faults(page), []);
  await screenshots(page, 'office-form');

  // A whole row has more fields than this one: it goes again, the list is as nobody had touched it, and the figures count.
  await page.getByRole('button', {name: 'Xóa dòng 1'}).click();
  await page.getByText('Chưa trả lời. Thêm dòng').waitFor();
  await page.getByRole('button', {name: 'Gửi báo cáo'}).click();
  await page.getByRole('dialog').waitFor();
  await screenshots(page, 'office-submit');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('đủ điều kiện gửi').waitFor();
  await dialog.getByRole('button', {name: 'Gửi', exact: true}).click();
  await page.getByText('Đã trình, chờ tới tỉnh').first().waitFor();
  assert.equal(await page.getByText('Tỉnh đã nhận').count(), 0);
  await page.evaluate(() => { location.hash = '#/'; });
  await page.getByText(/Mất đường truyền|Chờ gửi/).first().waitFor();

  await line.tell('open');
  await office.run('sync').catch(() => '');
  await until('the receipt', async () => (await office.json('ledger')).some((row) => row.fate === 'accepted'));
  await page.getByText(/nhận \d\d\/\d\d\/\d{4} \d\d:\d\d, mã/).first().waitFor();
  await page.evaluate(() => { location.hash = '#/log'; });
  await page.getByText('Đã tiếp nhận').first().waitFor();
  assert.deepEqual(await faults(page), []);
  await screenshots(page, 'office-line');

  await page.evaluate((to) => { location.hash = to; }, `#/history/${encodeURIComponent(id)}`);
  await page.getByText('Bản hiện tại').waitFor();
  assert.deepEqual(await faults(page), []);
  await screenshots(page, 'office-history');
});

test('two PCs of an office that changed one field apart: one clerk decides, what merged by itself is marked', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const one = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  const two = await room.pc('vn-56-575', one.token, province.port);
  await one.run('report', 'new', 'bm02', '2024Q2');
  await one.run('report', 'set', REPORT, 'models_count=1', 'tasks_new_count=1');
  await one.run('sync');
  await two.run('sync');
  await one.run('report', 'set', REPORT, 'models_count=5', 'tasks_base_count=7', '--by', 'lan.ht');
  await two.run('report', 'set', REPORT, 'models_count=9', 'tasks_new_count=2', '--by', 'minh.nv');
  await one.run('sync');
  await two.run('sync').catch(() => '');
  await two.serve();
  const page = await enter(t, await openBrowser(t), two, 'minh.nv');
  await page.getByRole('link', {name: /hai bản khác nhau/}).click();
  await page.getByRole('link', {name: /BM02/}).click();
  await page.getByText('cập nhật song song').first().waitFor();
  assert.equal(await page.getByRole('button', {name: 'Gộp theo lựa chọn'}).isDisabled(), true);
  assert.deepEqual(await faults(page), []);
  await screenshots(page, 'office-conflict');
  await page.getByRole('radio', {name: /Số mô hình.*: Bản kia, 5|Số mô hình.*5/}).first().check();
  await page.getByRole('button', {name: 'Gộp theo lựa chọn'}).click();
  await cell(page, 'models_count').waitFor();
  const {values} = await two.json('report', 'show', REPORT);
  assert.deepEqual([values.models_count, values.tasks_base_count, values.tasks_new_count], [5, 7, 2]);
});

test('the other pages are whole: inbox, search, settings, import', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const office = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  await office.run('report', 'new', 'bm02', '2024Q2');
  await office.run('report', 'set', REPORT, 'models_count=4', '--remark', 'models_count=Đã đối chiếu với phòng Nông nghiệp');
  await office.run('recommendation', 'new', 'kind=kien_nghi', 'addressed_to=so_khcn', 'petition_text=Đề nghị hỗ trợ thiết bị đo lường cho chợ huyện');
  const page = await enter(t, await openBrowser(t), office);
  await page.evaluate(() => { location.hash = '#/search?q=doi%20chieu'; });
  await page.getByText('Đã đối chiếu').first().waitFor();
  assert.deepEqual(await faults(page), []);
  await screenshots(page, 'office-search');
  await page.evaluate(() => { location.hash = '#/inbox'; });
  await page.getByText('Đề nghị hỗ trợ thiết bị').waitFor();
  assert.deepEqual(await faults(page), []);
  await screenshots(page, 'office-inbox');
  await page.evaluate(() => { location.hash = '#/reports'; });
  await page.getByRole('link', {name: /nhiệm vụ KH&CN/}).waitFor();
  await screenshots(page, 'office-reports');
  await page.evaluate(() => { location.hash = '#/settings'; });
  await page.getByText('Thư mục dữ liệu').waitFor();
  await page.getByRole('button', {name: 'Sao lưu ngay'}).click();
  await page.getByText('Đã sao lưu vào').waitFor();
  await page.getByLabel('Tương phản').selectOption('more');
  await page.getByLabel('Cỡ chữ').selectOption('larger');
  assert.deepEqual(await faults(page), []);
  await page.getByLabel('Cỡ chữ').selectOption('normal');
  await page.getByLabel('Tương phản').selectOption('normal');
  await screenshots(page, 'office-settings');
  await page.evaluate(() => { location.hash = '#/import'; });
  const csv = await office.run('report', 'export', REPORT, '--format', 'csv');
  await page.getByLabel('Chọn tệp').setInputFiles({name: 'bm02.csv', mimeType: 'text/csv', buffer: Buffer.from(csv.replace(/(models_count.*?)4/, '$16'))});
  await page.getByText(/\d+ thay đổi/).waitFor();
  assert.deepEqual(await faults(page), []);
  await page.getByRole('cell', {name: 'dòng 16'}).waitFor();
  await screenshots(page, 'office-import');
});
