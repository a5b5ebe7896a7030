// The demo's story clicked through: two clerks of one office at two PCs, a line that is cut, stalls and comes back, and an
// officer at the province. Everything people do is done at the pages.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {test} from 'node:test';

import {openBrowser} from './browser.mjs';
import {beginReport, cell, enter, openReport, saveNow, submit, syncNow} from './office.mjs';
import {addPerson, signIn} from './province_people.mjs';
import {password, Room, until} from './room.mjs';

const office = 'Thị xã Ninh Hòa';
const property = 'report:bm05:2021', bulletins = 'report:bm11:2021', radiation = 'report:bm09:2021';
const titles = {
  tm_filed_count: '6', tm_granted_count: '3', design_filed_count: '0', design_granted_count: '0', patent_filed_count: '0',
  patent_granted_count: '0', ip_entities_count: '0',
};
const support = {gi_new_count: '0', gi_managed_count: '0', ip_consulted_count: '31', ip_support_vnd: '120.000.000'};
const sent = {
  tbt_bulletins_received_count: '25', tbt_bulletin_recipients_count: '40', tbt_notices_forwarded_count: '0', newdoc_batches_count: '14',
  tbt_articles_count: '0', exporters_count: '7', tasks_registered_count: '0', stat_forms_submitted_count: '0', training_count: '1',
};
const facilities = {
  rad_facilities_count: '6', rad_xray_count: '4', rad_sources_count: '2', rad_licensed_count: '5', rad_staff_trained_count: '3',
  rad_inspections_count: '1', rad_incidents_count: '0',
};
const mark = (name, unit, number) =>
  ({asset_name: name, asset_kind: 'nhan_hieu_tap_the', cert_no: number, cert_date: '20/05/2019', owner: 'Hội Nông dân', asset_unit: unit, asset_state: 'khai_thac'});

async function fill(page, values, before = '') {
  for (const [field, text] of Object.entries(values)) {
    const input = cell(page, before + field);
    if (await input.evaluate((one) => one.tagName) === 'SELECT') await input.selectOption(text);
    else await input.fill(text);
  }
}
async function addRow(page, values) {
  const rows = await page.locator('.sheet [data-column="asset_name"]').count();
  await page.getByRole('button', {name: 'Thêm dòng'}).click();
  const first = page.locator('.sheet [data-column="asset_name"]').nth(rows);
  await first.waitFor();
  await fill(page, values, (await first.getAttribute('data-cell')).replace('asset_name', ''));
}
const waiting = (page, place) => page.getByRole('navigation').getByRole('link', {name: new RegExp(`^${place}`)});

// Nobody at the province can do this at a page yet: a rule joins a form that offices already fill in.
async function addRule(province, form, rule) {
  const headers = {Authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`, 'Content-Type': 'application/json'};
  const url = `${province.url}/reference/form:${form}:1`;
  const document = await (await fetch(url, {headers})).json();
  document.rules.push(rule);
  const put = await fetch(url, {method: 'PUT', headers, body: JSON.stringify(document)});
  assert.ok(put.ok, await put.text());
}

test('two clerks and an officer: typed without a line, cut short, merged, decided, refused, corrected, received, approved, in the table', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  await addPerson(room, province, 'minh.nv', 'officer', 'Nguyễn Văn Minh');
  const line = await room.line(province.port);
  const first = await room.office(province, 'vn-56-572', office, line);
  const second = await room.pc('vn-56-572', first.token, line.port);
  for (const pc of [first, second]) await pc.serve();
  for (const pc of [first, second]) await until('the first contact', async () => (await pc.json('status')).last_contact);
  const browser = await openBrowser(t);
  const lan = await enter(t, browser, first, 'lan.ht');
  const tam = await enter(t, browser, second, 'tam.pv');
  const minh = await signIn(t, browser, province, 'minh.nv');

  let failed = false;  // later parts stand on earlier ones
  const part = (name, act) => t.test(name, {skip: failed}, async () => {
    try { await act(); } catch (error) { failed = true; throw error; }
  });
  await part('the line is dead; both type', async () => {
    await line.tell('cut');
    await beginReport(lan, 'bm05', '2021');
    await fill(lan, titles);
    await addRow(lan, mark('Hoa cúc Ninh Giang', '22591', 'TD-005'));
    await saveNow(lan);
    await beginReport(tam, 'bm05', '2021');
    await fill(tam, support);
    await addRow(tam, mark('Dừa xiêm Ninh Đa', '22570', 'TD-006'));
    await saveNow(tam);
    await beginReport(lan, 'bm11', '2021');
    await fill(lan, sent);
    await saveNow(lan);
    await beginReport(tam, 'bm11', '2021');
    await fill(tam, {tbt_bulletin_recipients_count: '44'});
    await saveNow(tam);
    await beginReport(lan, 'bm09', '2021');
    await fill(lan, facilities);
    await submit(lan);
    await lan.getByText('Đã trình, chờ tới tỉnh').first().waitFor();
    await lan.locator('.line-sign', {hasText: 'Mất đường truyền'}).waitFor();
    assert.equal(await lan.getByText('Tỉnh đã nhận').count(), 0, 'nothing is called received without a line');
  });

  await part('the PC loses its power in the middle of sending, and has everything when it is back', async () => {
    await addRule(province, 'bm09', {
      id: 'bm09-90', scope: 'report', assert: 'rad_staff_trained_count >= rad_licensed_count', level: 'error',
      message_vi: 'Mỗi cơ sở được cấp phép phải có ít nhất một người được đào tạo.', message_en: 'Each licensed facility has somebody who is trained.',
    });
    await line.tell('open');
    await line.tell('stall');
    await lan.getByRole('navigation').getByRole('link', {name: 'Đường truyền'}).click();
    await lan.getByRole('button', {name: 'Đồng bộ ngay'}).click();
    await lan.locator('.line-sign', {hasText: /^Đang (gửi|nhận)/}).waitFor();
    await first.stop('SIGKILL');
    await lan.getByText('Chương trình Trạm chưa trả lời').waitFor();
    await line.tell('open');
    await first.serve();
    await lan.getByText('Chương trình Trạm chưa trả lời').waitFor({state: 'detached'});
    await openReport(lan, bulletins);
    assert.equal(await cell(lan, 'tbt_bulletin_recipients_count').inputValue(), '40');
  });

  await part('what differs merges by itself, the one clash waits at both PCs, a clerk decides', async () => {
    for (const page of [lan, tam, lan, tam]) await syncNow(page);
    for (const page of [lan, tam]) await waiting(page, 'Cần chọn').getByText('1', {exact: true}).waitFor();
    for (const page of [lan, tam]) {
      await openReport(page, property);
      for (const [field, text] of Object.entries({...titles, ...support})) assert.equal(await cell(page, field).inputValue(), text, field);
      await page.getByText('2 dòng. Dán được nhiều ô từ Excel.').waitFor();
    }
    await waiting(tam, 'Cần chọn').click();
    await tam.getByRole('link', {name: 'BM11 · Năm 2021'}).click();
    await tam.getByText('cập nhật song song').first().waitFor();
    await tam.getByRole('radio', {name: /44$/}).check();
    await tam.getByRole('button', {name: 'Gộp theo lựa chọn'}).click();
    await cell(tam, 'tbt_bulletin_recipients_count').waitFor();
    for (const page of [tam, lan]) await syncNow(page);
    await waiting(lan, 'Cần chọn').getByText('1', {exact: true}).waitFor({state: 'detached'});
    await openReport(lan, bulletins);
    assert.equal(await cell(lan, 'tbt_bulletin_recipients_count').inputValue(), '44');
  });

  await part('the report that a new rule forbids is refused with its reason, corrected and sent again', async () => {
    await lan.getByRole('navigation').getByRole('link', {name: 'Bắt đầu'}).click();
    await lan.getByRole('link', {name: /tỉnh không nhận: xem lý do/}).click();
    await lan.getByText(/Mỗi cơ sở được cấp phép phải có ít nhất một người/).first().waitFor();
    await openReport(lan, radiation);
    await fill(lan, {rad_staff_trained_count: '9'});
    await submit(lan);
    await syncNow(lan);
    await openReport(lan, radiation);
    await lan.locator('.page-head').getByText('Tỉnh đã nhận').waitFor();
  });

  await part('sent over a dead line nothing is received before the receipt; the officer approves what arrived', async () => {
    await line.tell('cut');
    for (const id of [property, bulletins]) {
      await openReport(lan, id);
      await submit(lan);
      await lan.locator('.page-head').getByText('Đã trình, chờ tới tỉnh').waitFor();
    }
    await waiting(minh, 'Duyệt báo cáo').click();
    await minh.getByRole('link', {name: `${office}: BM09 · Năm 2021`}).waitFor();
    assert.equal(await minh.getByRole('link', {name: `${office}: BM11 · Năm 2021`}).count(), 0);
    await line.tell('open');
    await syncNow(lan);
    await openReport(lan, bulletins);
    await lan.locator('.page-head').getByText('Tỉnh đã nhận').waitFor();
    await minh.reload();
    for (const form of ['BM05', 'BM11']) {
      await waiting(minh, 'Duyệt báo cáo').click();
      await minh.getByRole('link', {name: `${office}: ${form} · Năm 2021`}).click();
      await minh.getByRole('button', {name: 'Duyệt', exact: true}).click();
      await minh.getByText('Đã duyệt. Chỉ lãnh đạo Sở mở khóa được.').waitFor();
    }
    for (const page of [lan, tam]) {
      await syncNow(page);
      await openReport(page, bulletins);
      await page.locator('.page-head').getByText('Đã duyệt').waitFor();
    }
  });

  await part('the table has what was typed', async () => {
    const typed = {bm05: {...titles, ...support, collective_marks_managed_count: '2'}, bm11: {...sent, tbt_bulletin_recipients_count: '44'}};
    const labels = Object.fromEntries(['bm05', 'bm11'].flatMap((form) =>
      JSON.parse(fs.readFileSync(new URL(`../../reference/forms/${form}.json`, import.meta.url), 'utf8')).sections[0].fields.map((one) => [one.id, one.label_vi])));
    for (const [form, values] of Object.entries(typed)) {
      await waiting(minh, 'Bảng tổng hợp').click();
      await minh.getByLabel('Biểu mẫu').selectOption(form);
      await minh.getByLabel('Kỳ báo cáo').selectOption('2021');
      await minh.getByRole('checkbox').check();
      for (const [field, text] of Object.entries(values)) {
        const row = minh.getByRole('row').filter({has: minh.getByRole('button', {name: labels[field], exact: true})});
        assert.equal((await row.locator('td').first().textContent()).trim(), text, field);
      }
    }
    const [file] = await Promise.all([minh.waitForEvent('download'), minh.getByRole('link', {name: 'CSV', exact: true}).click()]);
    assert.match(fs.readFileSync(await file.path(), 'utf8'), /tbt_bulletin_recipients_count.*44/);
  });
});
