// tests/pages/office.mjs: what clerks do at the office's page, in words.
import fs from 'node:fs';
import path from 'node:path';

import {openPage} from './browser.mjs';

export const clerkPassword = 'mật khẩu dài của Lan';

// Opens the page by the one-time address and makes an account.
export async function enter(t, browser, office, name = 'lan.ht', options = {}) {
  const url = fs.readFileSync(path.join(office.data, 'page-url'), 'utf8').trim();
  const page = await openPage(t, browser, url, options);
  await page.getByLabel('Tên người dùng').fill(name);
  await page.getByLabel('Mật khẩu mới').fill(clerkPassword);
  await page.getByRole('button', {name: 'Vào làm việc'}).click();
  await page.getByRole('heading', {name: 'Việc cần làm'}).waitFor();
  return page;
}

export const cell = (page, field) => page.locator(`[data-cell="${field}"]`);
export const saveState = (page) => page.locator('[data-save]').getAttribute('data-save');
export const saved = (page) => page.locator('[data-save="kept"], [data-save="clean"]').waitFor();
export async function openReport(page, id) {
  await page.evaluate((address) => { location.hash = address; }, `#/report/${encodeURIComponent(id)}`);
  await page.locator('[data-cell]').first().waitFor();
}

// By clicking: the list of reports, a new one, its form and period.
export async function beginReport(page, form, period) {
  await page.getByRole('navigation').getByRole('link', {name: 'Báo cáo', exact: true}).click();
  await page.getByRole('button', {name: 'Báo cáo mới'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Biểu mẫu').selectOption(form);
  await dialog.getByLabel('Kỳ báo cáo').selectOption(period);
  await dialog.getByRole('button', {name: 'Lập báo cáo'}).click();
  await page.locator('[data-cell]').first().waitFor();
}
// One revision now, as somebody who is done for the moment.
export async function saveNow(page) {
  await page.getByRole('button', {name: 'Lưu', exact: true}).click();
  await page.locator('[data-save="clean"]').waitFor();
}
export async function submit(page) {
  await page.getByRole('button', {name: 'Gửi báo cáo'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', {name: 'Gửi', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
}
export async function syncNow(page) {
  await page.evaluate(() => { location.hash = '#/log'; });
  await page.getByRole('button', {name: 'Đồng bộ ngay'}).click();
  await page.locator('main p[role="status"]').waitFor();
}

// Excel's clipboard: tabs and lines.
export async function paste(page, field, text) {
  await cell(page, field).focus();
  await page.evaluate((given) => {
    const data = new DataTransfer();
    data.setData('text/plain', given);
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
  }, text);
}

// bm02 with every figure that must be there.
export const wholeBm02 = {
  tasks_national_count: '0', tasks_provincial_count: '2', tasks_base_count: '3', tasks_new_count: '1', tasks_accepted_count: '1',
  tasks_state_completed_count: '28', tasks_applied_count: '12', models_count: '4', enterprise_funded_entities_count: '0',
  unit_funded_tasks_count: '0',
};
