// nano as a client of tram-server: documents, lists, feeds, selectors, sessions, and the errors by their names.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const Nano = require('nano');
const { Room, PASSWORD, until } = require('./room');

const room = new Room({ after });
let province;
let nano;
before(async () => {
  province = await room.province();
  nano = Nano(province.address('').replace(/\/$/, ''));
});

async function database(name) {
  await nano.db.create(name);
  return nano.use(name);
}

test('databases are made, listed, described and removed', async () => {
  await nano.db.create('phòng'.normalize('NFD').replace(/[^a-z]/g, ''));
  await nano.db.create('a/b+c');
  assert.ok((await nano.db.list()).includes('a/b+c'));
  assert.equal((await nano.db.get('a/b+c')).db_name, 'a/b+c');
  assert.equal((await nano.info()).couchdb, 'Welcome');
  assert.equal((await nano.uuids(3)).uuids.length, 3);
  await assert.rejects(nano.db.create('a/b+c'), { statusCode: 412, error: 'file_exists' });
  await assert.rejects(nano.db.create('Big'), { statusCode: 400, error: 'illegal_database_name' });
  await assert.rejects(nano.db.create('office-x'), { statusCode: 400, error: 'illegal_database_name' });
  assert.deepEqual(await nano.db.destroy('a/b+c'), { ok: true });
  await assert.rejects(nano.db.get('a/b+c'), { statusCode: 404, error: 'not_found' });
  await assert.rejects(nano.db.destroy('a/b+c'), { statusCode: 404, error: 'not_found' });
});

test('a document lives from its first revision to its tombstone and beyond', async () => {
  const db = await database('documents');
  const made = await db.insert({ tên: 'Cam Ranh' }, 'báo cáo/1');
  assert.match(made.rev, /^1-[0-9a-f]{32}$/);
  await assert.rejects(db.insert({ x: 1 }, 'báo cáo/1'), { statusCode: 409, error: 'conflict' });
  const changed = await db.insert({ _rev: made.rev, tên: 'Cam Lâm' }, 'báo cáo/1');
  assert.match(changed.rev, /^2-/);
  const read = await db.get('báo cáo/1', { revs_info: true });
  assert.equal(read.tên, 'Cam Lâm');
  assert.equal(read._revs_info.length, 2);
  assert.equal((await db.head('báo cáo/1')).etag, `"${changed.rev}"`);
  await assert.rejects(db.destroy('báo cáo/1', made.rev), { statusCode: 409 });
  const gone = await db.destroy('báo cáo/1', changed.rev);
  assert.match(gone.rev, /^3-/);
  await assert.rejects(db.get('báo cáo/1'), { statusCode: 404, reason: 'deleted' });
  await assert.rejects(db.get('never'), { statusCode: 404, reason: 'missing' });
  assert.match((await db.insert({ again: true }, 'báo cáo/1')).rev, /^4-/, 'its tombstone is extended');
  assert.match((await db.insert({})).id, /^[0-9a-f]{32}$/);
});

test('many documents are written, listed and fetched', async () => {
  const db = await database('many');
  const rows = await db.bulk({ docs: Array.from({ length: 30 }, (_, n) => ({ _id: `k${String(n).padStart(2, '0')}`, n })) });
  assert.equal(rows.length, 30);
  assert.ok(rows.every(({ ok, id, rev }) => ok && id && rev));
  const again = await db.bulk({ docs: [{ _id: 'k00' }, { _id: 'new' }] });
  assert.equal(again[0].error, 'conflict');
  assert.equal(again[1].ok, true);
  const list = await db.list({ startkey: 'k05', endkey: 'k09', inclusive_end: false, include_docs: true });
  assert.deepEqual(list.rows.map(({ doc }) => doc.n), [5, 6, 7, 8]);
  const down = await db.list({ descending: true, limit: 2, skip: 1 });
  assert.deepEqual(down.rows.map(({ id }) => id), ['k29', 'k28']);
  const fetched = await db.fetch({ keys: ['k03', 'none', 'k01', 'k03'] });
  assert.deepEqual(fetched.rows.map((row) => row.doc?.n ?? row.error), [3, 'not_found', 1, 3]);
  assert.equal((await db.fetchRevs({ keys: ['k03'] })).rows[0].value.rev, rows[3].rev);
});

test('feeds tell what happened, once and in order', async (t) => {
  const db = await database('feeds');
  await db.bulk({ docs: Array.from({ length: 120 }, (_, n) => ({ _id: `d${n}` })) });
  const page = await db.changes({ limit: 50 });
  assert.equal(page.results.length, 50);
  assert.equal(page.pending, 70);
  const rest = await db.changes({ since: page.last_seq });
  assert.equal(rest.results.length, 70);
  assert.equal(rest.pending, 0);
  assert.equal((await db.changes({ since: 'now' })).results.length, 0);

  const seen = [];
  await new Promise((end, failed) => db.changesReader.get({ since: 0, batchSize: 33, timeout: 200 })
    .on('change', ({ id }) => seen.push(id)).on('end', end).on('error', failed));
  assert.equal(seen.length, 120);
  assert.equal(new Set(seen).size, 120);
  const live = [];
  db.changesReader.start({ since: 'now', timeout: 500 }).on('change', ({ id }) => live.push(id)).on('error', () => {});
  t.after(() => db.changesReader.stop());
  await until('the live feed to tell of a document', async () => {
    await db.insert({});
    return live.length > 0;
  });
});

test('selectors find, sort and page', async () => {
  const db = await database('found');
  await db.bulk({ docs: Array.from({ length: 60 }, (_, n) => ({ _id: `d${n}`, n, kind: n % 3 ? 'a' : 'b', nested: { n } })) });
  const found = await db.find({ selector: { kind: 'b', 'nested.n': { $gte: 30 } }, fields: ['n'], sort: [{ n: 'desc' }] });
  assert.deepEqual(found.docs.map(({ n }) => n), [57, 54, 51, 48, 45, 42, 39, 36, 33, 30]);
  const first = await db.find({ selector: { n: { $exists: true } }, limit: 40 });
  const second = await db.find({ selector: { n: { $exists: true } }, limit: 40, bookmark: first.bookmark });
  assert.equal(first.docs.length + second.docs.length, 60);
  await assert.rejects(db.find({ selector: { n: { $wrong: 1 } } }), { statusCode: 400, error: 'invalid_operator' });
  const index = { index: { fields: ['n'] }, name: 'by n', ddoc: 'sorted' };
  assert.deepEqual(await db.createIndex(index), { result: 'created', id: '_design/sorted', name: 'by n' });
  assert.equal((await db.createIndex(index)).result, 'exists');
  assert.equal((await db.find({ selector: { n: { $mod: [20, 1] } }, sort: ['n'] })).docs.length, 3);
});

test('a session by cookie is opened, used and closed', async () => {
  const jar = Nano({ url: province.url(), jar: true });
  await assert.rejects(jar.auth('admin', 'wrong'), { statusCode: 401, error: 'unauthorized' });
  assert.equal((await jar.session()).userCtx.name, null);
  assert.equal((await jar.auth('admin', PASSWORD)).ok, true);
  assert.equal((await jar.session()).userCtx.name, 'admin');
  assert.ok((await jar.db.list()).includes('reference'));
  const cookie = (await province.request('POST', '/_session', { user: null, body: { name: 'admin', password: PASSWORD } }))
    .headers.get('set-cookie');
  assert.match(cookie, /^AuthSession=[^;]+; .*HttpOnly/);
  assert.doesNotMatch(cookie, /Secure/);
  const ended = await province.request('DELETE', '/_session', { user: null, headers: { Cookie: cookie.split(';')[0] } });
  assert.match(ended.headers.get('set-cookie'), /^AuthSession=;/);
  const stranger = Nano(province.url());
  await assert.rejects(stranger.db.list(), { statusCode: 401, error: 'unauthorized' });
});

test('local documents are kept, never listed and have their own revisions', async () => {
  const db = await database('locals');
  const first = await db.insert({ at: 1 }, '_local/check.point=');
  assert.equal(first.rev, '0-1');
  const second = await db.insert({ at: 2, _rev: '0-1' }, '_local/check.point=');
  assert.equal(second.rev, '0-2');
  assert.equal((await db.insert({ at: 3, _rev: '0-1' }, '_local/check.point=')).rev, '0-2', 'the last writer wins');
  assert.equal((await db.get('_local/check.point=')).at, 3);
  assert.equal((await db.changes({})).results.length, 0);
  assert.equal((await db.list({})).rows.length, 0);
});

test('what this server has not is said by name', async () => {
  const db = await database('lacking');
  await assert.rejects(db.view('a', 'b'), { statusCode: 501, error: 'not_implemented' });
  await assert.rejects(db.show('a', 'b', 'c'), { statusCode: 501, error: 'not_implemented' });
  await assert.rejects(nano.db.replicate('lacking', 'found'), { statusCode: 501, error: 'not_implemented' });
});
