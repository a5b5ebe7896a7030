// tests/pages/province_people.mjs: the people of a province at their pages, and reports that offices sent them.
import {openPage} from './browser.mjs';
import {password, until} from './room.mjs';

export const longName = 'Ủy ban nhân dân xã Khánh Thượng – Phòng Kinh tế, Hạ tầng và Chuyển đổi số';
export const report = 'report:bm09:2025S1';
export const figures = {
  rad_facilities_count: 6, rad_xray_count: 4, rad_sources_count: 2, rad_licensed_count: 5, rad_staff_trained_count: 9, rad_inspections_count: 1,
  rad_incidents_count: 0,
};

// Everybody has the same password here: whoever is asked for it is told apart by name.
export async function addPerson(room, province, name, role, fullName) {
  await province.run('user', 'add', name, '--role', role, '--full-name', fullName, '--password-file', room.file('password'));
}

export async function signIn(t, browser, province, name, options) {
  const page = await openPage(t, browser, `${province.url}/ui/`, options);
  await page.getByLabel('Tên đăng nhập').fill(name);
  await page.getByLabel('Mật khẩu').fill(password);
  await page.getByLabel('Mật khẩu').press('Enter');
  await page.getByRole('heading', {level: 1, name: 'Tổng quan'}).waitFor();
  return page;
}

// An office that typed the figures of a form and period at its PC and sent them.
export async function typed(office, id, values) {
  const [, form, period] = id.split(':');
  await office.run('report', 'new', form, period);
  await office.run('report', 'set', id, ...Object.entries(values).map(([field, value]) => `${field}=${value}`), '--by', 'lan.ht');
}
export async function sent(office, id) {
  await office.run('report', 'submit', id, '--by', 'lan.ht');
  await office.run('sync');
}
export const stateAt = async (office, id) => (await office.json('report', 'show', id)).state;
export const untilState = (office, id, state) =>
  until(`${id} to be ${state} at the office`, async () => { await office.run('sync'); return await stateAt(office, id) === state; });
