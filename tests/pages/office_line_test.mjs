// What the line may carry in a day, set at the page.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openBrowser} from './browser.mjs';
import {enter, syncNow} from './office.mjs';
import {Room, until} from './room.mjs';

test('a line whose budget for the day is used up carries nothing by itself, and a round that somebody asks for', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const office = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  await until('the first contact', async () => (await office.json('status')).last_contact);
  const page = await enter(t, await openBrowser(t), office);
  await page.getByRole('navigation').getByRole('link', {name: 'Cài đặt'}).click();
  await page.getByLabel('Mỗi ngày tự gửi, nhận tối đa').selectOption('5 MB');
  await page.getByText('Đã đặt hạn mức đường truyền.').waitFor();
  assert.equal((await office.json('status')).budget.day_limit_bytes, 5_000_000);
  await office.run('report', 'new', 'bm02', '2024Q2');
  await until('it to go by itself within the budget', async () => (await office.json('status')).pending === 0);

  // The first contact alone took more than this; no such small choice is offered.
  const set = await fetch(`${office.url}/api/v1/settings/line`, {method: 'PUT', headers: {'Content-Type': 'application/json'}, body: '{"day_limit_bytes":1000}'});
  assert.equal((await set.json()).spent, true);
  await page.getByText('Đã hết hạn mức hôm nay').waitFor();
  const carried = async () => { const {link} = await office.json('status'); return link.bytes_sent + link.bytes_received; };
  await office.run('report', 'new', 'bm05', '2024Q2');
  await page.locator('.line-sign', {hasText: 'Hết hạn mức hôm nay, chờ gửi 1'}).waitFor();
  const before = await carried();
  await office.stop();
  await office.serve();
  await page.locator('.line-sign', {hasText: 'Hết hạn mức hôm nay, chờ gửi 1'}).waitFor();
  assert.ok(before > 0 && await carried() === 0, 'nothing goes by itself, also after a restart');
  await syncNow(page);
  await until('it to be sent as asked', async () => (await office.json('status')).pending === 0);
});
