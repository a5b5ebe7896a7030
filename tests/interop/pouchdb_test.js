// PouchDB as a client of tram-server, with the administrator's credential on plain databases.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { Room, PouchDB, exported, until, chance, hex } = require('./room');

const equal = async (one, other) => assert.deepEqual(await exported(one), await exported(other));

// A document with a history given by its ids, newest first.
const revised = (id, ids, more = {}) => ({
  _id: id,
  _rev: `${ids.length}-${ids[0]}`,
  _revisions: { start: ids.length, ids },
  ...more,
});

const room = new Room({ after });
let province;
let databases = 0;
before(async () => {
  province = await room.province();
});

// An empty PouchDB here, an empty database there.
function together() {
  return { here: room.pouch(), there: province.database(`plain-${++databases}`) };
}

test('two places write into both ends and hold the same in the end', async (t) => {
  const { here, there } = together();
  await here.bulkDocs(Array.from({ length: 300 }, (_, n) => ({ _id: `here:${n}`, n, tên: 'Khánh Hòa' })));
  await there.bulkDocs(Array.from({ length: 300 }, (_, n) => ({ _id: `there:${n}`, n, tên: 'Ninh Hòa' })));
  const first = await here.sync(there, { batch_size: 50 });
  assert.equal(first.push.docs_written, 300);
  assert.equal(first.pull.docs_written, 300);
  for (const [db, id] of [[here, 'there:7'], [there, 'here:7'], [here, 'here:8']]) {
    await db.put({ ...(await db.get(id)), edited: true });
  }
  await there.remove(await there.get('here:9'));
  await here.sync(there);
  await equal(here, there);
  const info = await there.info();
  assert.equal(info.doc_count, 599);
  const again = await here.sync(there);
  assert.equal(again.push.docs_read + again.pull.docs_read, 0, 'checkpoints of both sides are found again');
});

test('numbers keep their value on the way through PouchDB', async (t) => {
  const { here, there } = together();
  await there.put({ _id: 'numbers', a: 0.1, b: 1e21, c: -1.5e-7, d: 123456789012345, e: 9007199254740991, f: 1.0 });
  await here.sync(there);
  const third = room.pouch();
  await third.sync(there);
  assert.deepEqual((await third.get('numbers')), (await here.get('numbers')));
  assert.equal((await here.get('numbers')).e, 9007199254740991);
  await equal(here, there);
});

test('a live sync with retry carries on after the line was down', async (t) => {
  const { here } = together();
  const line = await room.line(province.port);
  await province.request('PUT', '/live');
  const through = province.databaseOver(line, 'live');
  const there = province.database('live');
  const sync = here.sync(through, { live: true, retry: true, back_off_function: () => 50 });
  const failures = [];
  sync.on('error', (failure) => failures.push(failure));
  let waits = false;
  sync.on('paused', () => { waits = true; });
  sync.on('active', () => { waits = false; });
  t.after(() => sync.cancel());

  await here.put({ _id: 'up:1' });
  await there.put({ _id: 'down:1' });
  await until('both to arrive', async () => (await here.get('down:1').catch(() => null)) && there.get('up:1').catch(() => null));
  // A line that is cut while PouchDB asks about the other end for the first time leaves it with a rejection of its own.
  await until('the sync to wait for news', () => waits);
  await line.tell('cut');
  await here.put({ _id: 'up:2' });
  await there.put({ _id: 'down:2' });
  await there.put({ ...(await there.get('up:1')), edited: 'there' });
  await line.tell('open');
  await until('both to arrive after the cut', async () =>
    (await here.get('down:2').catch(() => null)) && (await there.get('up:2').catch(() => null)) &&
    (await here.get('up:1')).edited === 'there');
  assert.deepEqual(failures, []);
  await equal(here, there);
});

test('conflicts stay, with one winner at both ends, and are settled from either', async (t) => {
  const { here, there } = together();
  const other = room.pouch();
  await here.put({ _id: 'c', from: 'base' });
  await here.sync(there);
  await other.sync(there);
  for (const [db, from] of [[here, 'here'], [other, 'other'], [there, 'there']]) {
    await db.put({ ...(await db.get('c')), from });
  }
  for (const db of [here, other, here]) await db.sync(there);
  await equal(here, there);
  await equal(other, there);
  const seen = await there.get('c', { conflicts: true });
  assert.equal(seen._conflicts.length, 2);
  for (const rev of seen._conflicts) await here.remove('c', rev);
  await here.sync(there);
  await other.sync(there);
  await equal(here, there);
  await equal(other, there);
  assert.equal((await there.get('c', { conflicts: true }))._conflicts, undefined);
});

test('random trees have the same winner at both ends', async (t) => {
  const { here, there } = together();
  const pick = chance(20221122);
  const docs = [];
  for (let n = 0; n < 60; ++n) {
    const known = [[hex(n * 1000 + 1)]];
    for (let k = 2; k < 4 + pick(12); ++k) known.push([hex(n * 1000 + k * 7 + pick(5)), ...known[pick(known.length)]]);
    for (const ids of known) docs.push(revised(`tree:${n}`, ids, { k: ids.length, ...(pick(3) === 0 ? { _deleted: true } : {}) }));
  }
  for (let at = docs.length - 1; at > 0; --at) {
    const other = pick(at + 1);
    [docs[at], docs[other]] = [docs[other], docs[at]];
  }
  const half = Math.floor(docs.length / 2);
  await here.bulkDocs(docs.slice(0, half), { new_edits: false });
  await there.bulkDocs(docs.slice(half), { new_edits: false });
  await here.sync(there);
  await equal(here, there);
});

test('a thousand deleted documents replicate as deleted, both ways', async (t) => {
  const { here, there } = together();
  const ids = Array.from({ length: 1000 }, (_, n) => `gone:${n}`);
  const made = await here.bulkDocs(ids.map((_id) => ({ _id })));
  await here.replicate.to(there);
  const dead = (rows) => rows.map(({ id, rev }) => ({ _id: id, _rev: rev, _deleted: true }));
  await here.bulkDocs(dead(made.slice(0, 500)));
  await there.bulkDocs(dead(made.slice(500)));
  await here.sync(there);
  await equal(here, there);
  const info = await there.info();
  assert.equal(info.doc_count, 0);
  assert.equal(info.doc_del_count, 1000);
  assert.equal((await there.allDocs()).rows.length, 0);
  const late = room.pouch();
  await late.replicate.from(there);
  await equal(late, there);
  await here.put({ _id: 'gone:1', back: true });
  await here.sync(there);
  assert.equal((await there.get('gone:1')).back, true);
  assert.match((await there.get('gone:1'))._rev, /^3-/);
  await equal(here, there);
});

test('a refused document is denied and the others go on', async (t) => {
  const token = await province.addOffice('vn-56-570');
  const credential = { user: 'vn-56-570', password: token };
  const office = new PouchDB(province.address('office-vn-56-570', credential), { skip_setup: true });
  const here = room.pouch();
  await here.bulkDocs([{ _id: '_design/views', views: {} }, { _id: 'note:1' }, { _id: 'note:2' }]);
  const denied = [];
  const done = await here.replicate.to(office, { checkpoint: 'target' }).on('denied', (row) => denied.push(row));
  assert.equal(done.ok, true);
  assert.ok(denied.length >= 1);
  for (const row of denied) assert.equal(row.name, 'forbidden');
  assert.equal(done.doc_write_failures, denied.length);
  assert.equal(done.docs_written, 3 - denied.length);
  const reader = new PouchDB(province.address('reference', credential), { skip_setup: true });
  const refused = await here.replicate.to(reader);
  assert.equal(refused.doc_write_failures, 3, 'an office only reads the reference');
  const pulled = await room.pouch().replicate.from(reader, { batch_size: 500 });
  assert.ok(pulled.docs_written > 1000);
  const foreign = new PouchDB(province.address('office-vn-56-571', credential), { skip_setup: true });
  await assert.rejects(foreign.get('x'), { status: 403 });
});

test('a target that was destroyed and made anew gets everything again', async (t) => {
  const { here, there } = together();
  await here.bulkDocs(Array.from({ length: 50 }, (_, n) => ({ _id: `d${n}` })));
  await here.replicate.to(there);
  await there.destroy();
  const anew = new PouchDB(there.name);
  await here.replicate.to(anew);
  assert.equal((await anew.info()).doc_count, 50);
  await here.replicate.from(anew);
  await equal(here, anew);
});

test('compaction racing with replication changes nothing', async (t) => {
  const { here, there } = together();
  const push = here.replicate.to(there, { live: true, batch_size: 10 });
  const pull = here.replicate.from(there, { live: true, batch_size: 10 });
  t.after(() => (push.cancel(), pull.cancel()));
  for (let round = 0; round < 8; ++round) {
    for (const db of [here, there]) {
      const rows = await db.allDocs({ include_docs: true });
      const docs = rows.rows.filter(({ doc }) => doc).map(({ doc }) => ({ ...doc, round }));
      await Promise.all([db.bulkDocs([...docs, { _id: `${db.adapter}:${round}` }]), db.compact()]);
    }
  }
  push.cancel();
  pull.cancel();
  await Promise.allSettled([push, pull]);
  await here.sync(there);
  await equal(here, there);
});

test('a line cut in the middle of a batch loses nothing and writes nothing twice', async (t) => {
  const { here, there } = together();
  await there.info();
  const line = await room.line(province.port);
  const through = province.databaseOver(line, `plain-${databases}`);
  await here.bulkDocs(Array.from({ length: 200 }, (_, n) => ({ _id: `up:${n}`, text: 'chữ '.repeat(100) })));
  await there.bulkDocs(Array.from({ length: 200 }, (_, n) => ({ _id: `down:${n}`, text: 'số '.repeat(100) })));
  const pick = chance(7);
  for (const way of ['up', 'down']) {
    for (let cut = 0; cut < 6; ++cut) {
      await line.tell(`cut-after-bytes ${500 + pick(way === 'up' ? 60000 : 90000)} ${way}`);
      await here.sync(through, { batch_size: 50 }).catch(() => {});
    }
  }
  await line.tell('open');
  await here.sync(through, { batch_size: 50 });
  await equal(here, there);
  assert.equal((await there.info()).doc_count, 400);
});

test('documents chosen by id or selector replicate alone', async (t) => {
  const { here, there } = together();
  await there.bulkDocs(Array.from({ length: 40 }, (_, n) => ({ _id: `d${n}`, even: n % 2 === 0 })));
  const some = await here.replicate.from(there, { doc_ids: ['d3', 'd4', 'absent'] });
  assert.equal(some.docs_written, 2);
  const other = room.pouch();
  const even = await other.replicate.from(there, { selector: { even: true } });
  assert.equal(even.docs_written, 20);
  assert.equal((await other.info()).doc_count, 20);
});

test('what needs JavaScript in the server is refused by name and not repeated', async (t) => {
  const { here, there } = together();
  await there.put({ _id: '_design/app', filters: { mine: 'function () { return true; }' }, views: { all: { map: 'function () {}' } } });
  await assert.rejects(here.replicate.from(there, { filter: 'app/mine' }), { status: 400 });
  await assert.rejects(there.changes({ filter: '_view', view: 'app/all' }), { status: 400 });
  await assert.rejects(there.query('app/all'), { status: 501 });
});
