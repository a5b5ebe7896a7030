// tram-agent among strangers: a pouchdb-server as its province, and PouchDB on the office's PC, working offline.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
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

test('an office signs in once at a pouchdb-server with sessions and shows its password to no other request', async (t) => {
  const room = new Room(t);
  const stock = await room.pouchdbServer({ sessions: true });
  const url = `http://127.0.0.1:${stock.port}`;
  const account = 'org.couchdb.user:vn-56-570';
  const made = await fetch(`${url}/_users/${account}`, { method: 'PUT', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ _id: account, name: 'vn-56-570', type: 'user', roles: [], password: 'token' }) });
  assert.ok(made.ok, await made.text());
  const there = new stock.PouchDB('office-vn-56-570');
  await there.put({ _id: 'note:province', text: 'từ tỉnh' });
  stock.log.length = 0;
  const office = await room.office(url, 'vn-56-570', 'token');
  await office.run('report', 'new', 'bm02', '2024Q2');
  const here = await office.serve();
  await until('both to have everything', async () =>
    (await here.get('note:province').catch(() => null)) && there.get(REPORT).catch(() => null));
  const asked = stock.log.filter(({ path }) => path !== '/');
  assert.equal(asked.filter(({ method, path }) => method === 'POST' && path === '/_session').length, 1);
  assert.ok(asked.filter(({ cookie }) => cookie).length > 5);
  assert.equal(asked.filter(({ basic }) => basic).length, 0);
});

test('attachments go both ways between an office and a pouchdb-server, from nothing to 8 MB', async (t) => {
  const room = new Room(t);
  const stock = await room.pouchdbServer();
  const there = new stock.PouchDB('office-vn-56-570');
  const sizes = [0, 1, 5000, 70_000, 8 << 20];
  for (const size of sizes) {
    await there.putAttachment(`note:down:${size}`, 'ảnh.jpg', crypto.randomBytes(size), 'image/jpeg');
  }
  const office = await room.office(`http://127.0.0.1:${stock.port}`, 'vn-56-570', 'token');
  await office.run('report', 'new', 'bm02', '2024Q2');
  for (const size of sizes) {
    fs.writeFileSync(room.file(`quét-${size}.pdf`), crypto.randomBytes(size));
    await office.run('report', 'attach', REPORT, room.file(`quét-${size}.pdf`));
  }
  const here = await office.serve();
  await until('everything to be on both sides', async () =>
    JSON.stringify(await exported(here)) === JSON.stringify(await exported(there)));
  for (const size of sizes) {
    const sent = await there.getAttachment(REPORT, `quét-${size}.pdf`);
    assert.ok(sent.equals(fs.readFileSync(room.file(`quét-${size}.pdf`))), `${size} bytes went up`);
    const came = await here.getAttachment(`note:down:${size}`, 'ảnh.jpg');
    assert.ok(came.equals(await there.getAttachment(`note:down:${size}`, 'ảnh.jpg')), `${size} bytes came down`);
  }
  await office.run('report', 'detach', REPORT, 'quét-1.pdf');
  await until('the removal to arrive', async () => !(await there.get(REPORT))._attachments['quét-1.pdf']);
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
