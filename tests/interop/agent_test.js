// tram-agent among strangers: a pouchdb-server as its province, and PouchDB on the office's PC, working offline.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Room, exported, until } = require('./room');

const REPORT = 'report:bm02:2024Q2';
const nothingWaits = async (office) => {
  const { pending, state } = await office.status();
  return pending === 0 && state === 'idle';
};

test('an office replicates with a pouchdb-server as its province, both ways', async (t) => {
  const room = new Room(t);
  const stock = await room.pouchdbServer();
  const there = new stock.PouchDB('office-vn-56-570');
  await there.put({ _id: 'note:province', text: 'từ tỉnh' });
  const office = await room.office(`http://127.0.0.1:${stock.port}`, 'vn-56-570', 'token');
  await office.run('report', 'new', 'bm02', '2024Q2');
  await office.run('report', 'set', REPORT, 'tasks_applied_count=3');
  const here = await office.serve();
  await until('the first round', async () => (await nothingWaits(office)) && here.get('note:province').catch(() => null));
  assert.equal((await there.get(REPORT)).values.tasks_applied_count, 3);

  await there.put({ ...(await there.get('note:province')), text: 'sửa' });
  await here.put({ _id: 'note:office', text: 'từ huyện' });
  await there.remove(await there.get('note:province'));
  await office.run('report', 'set', REPORT, 'tasks_applied_count=4');
  await office.run('sync');
  await until('the office to hold what the server holds', async () =>
    JSON.stringify(await exported(here)) === JSON.stringify(await exported(there)));
  assert.equal((await there.get(REPORT)).values.tasks_applied_count, 4);
  const { docs } = await there.find({ selector: { type: 'report' } });
  assert.equal(docs.length, 1);
});

test('an office and a page of PouchDB on its PC work offline and meet the province later', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const token = await province.addOffice('vn-56-570');
  const line = await room.line(province.port);
  const office = await room.office(province.url(line.port), 'vn-56-570', token);
  await office.run('sync');
  await line.tell('cut');

  const local = await office.serve();
  const page = room.pouch();
  const sync = page.sync(local, { live: true, retry: true, back_off_function: () => 50 });
  t.after(() => sync.cancel());
  await office.run('report', 'new', 'bm02', '2024Q2');
  await until('the page to see the report', () => page.get(REPORT).catch(() => null));
  await page.put({ _id: 'note:page', text: 'viết trên trang' });
  const report = await page.get(REPORT);
  await page.put({ ...report, values: { ...report.values, tasks_applied_count: 7 } });
  await until('the office to show what the page wrote', async () =>
    JSON.parse(await office.run('report', 'show', REPORT, '--json')).values?.tasks_applied_count === 7);
  assert.ok((await office.status()).pending > 0);

  await line.tell('open');
  await office.run('sync');
  await until('nothing to wait', () => nothingWaits(office));
  const there = province.database('office-vn-56-570', { pouch: { skip_setup: true } });
  assert.equal((await there.get(REPORT)).values.tasks_applied_count, 7);
  assert.equal((await there.get('note:page')).text, 'viết trên trang');
  await there.put({ _id: 'note:province', text: 'từ tỉnh' });
  await until('the page to see what the province wrote', () => page.get('note:province').catch(() => null));
  const [at_page, at_office, at_province] = [await exported(page), await exported(local), await exported(there)];
  assert.deepEqual(at_page, at_office);
  assert.deepEqual(at_office, at_province);
});

// A kept connection of the pouchdb-server must not hold this program when all stories are told.
test.after(() => setTimeout(() => process.exit(), 2000).unref());
