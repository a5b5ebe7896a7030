// What the suites of CouchDB's clients (PouchDB, pouchdb-find, nano) hold a database to, beside replication.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { after, before, test } = require('node:test');
const { Room, PASSWORD, PATIENCE_MS, exported } = require('./room');

const room = new Room({ after });
let province;
let databases = 0;
before(async () => {
  province = await room.province();
});

// An empty plain database through PouchDB, and requests in it.
async function database() {
  const name = `clients-${++databases}`;
  const db = province.database(name);
  await db.info();
  return { db, name, ask: (method, target, options) => province.request(method, `/${name}${target}`, options) };
}

// A feed with heartbeats that never times out: resolved when its first bytes are there, and when it ends.
function askFeed(name, feed) {
  const credential = Buffer.from(`admin:${PASSWORD}`).toString('base64');
  const answer = fetch(`${province.url()}/${name}/_changes?feed=${feed}&heartbeat=100`, {
    headers: { Authorization: `Basic ${credential}` }, signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { begun: answer, text: answer.then((response) => response.text()) };
}

const base64 = (text) => Buffer.from(text).toString('base64');

test('a stub tells of an attachment what a CouchDB tells, and nothing else', async () => {
  const { db, ask } = await database();
  await db.put({ _id: 'x', _attachments: { a: { content_type: 'text/plain', data: base64('một') } } });
  const digest = `md5-${crypto.createHash('md5').update('một').digest('base64')}`;
  const stub = { content_type: 'text/plain', digest, length: 5, revpos: 1, stub: true };
  assert.deepEqual((await db.get('x'))._attachments.a, stub);
  assert.deepEqual((await db.allDocs({ include_docs: true })).rows[0].doc._attachments.a, stub);
  assert.deepEqual((await db.changes({ include_docs: true })).results[0].doc._attachments.a, stub);
  const got = await ask('POST', '/_bulk_get?revs=true', { body: { docs: [{ id: 'x' }] } });
  assert.deepEqual(got.body.results[0].docs[0].ok._attachments.a, stub);
  const { data } = (await db.get('x', { attachments: true }))._attachments.a;
  assert.equal(data, base64('một'));
});

test('compaction of a plain database leaves the newest of each branch, and its attachments', async () => {
  const { db } = await database();
  const first = await db.put({ _id: 'x', n: 1, _attachments: { a: { content_type: 'text/plain', data: base64('một') } } });
  const { _attachments } = await db.get('x');
  const second = await db.put({ _id: 'x', _rev: first.rev, n: 2, _attachments });
  await db.bulkDocs([{ _id: 'x', _rev: '2-c', _revisions: { start: 2, ids: ['c', first.rev.slice(2)] } }], { new_edits: false });
  await db.put({ _id: 'y', n: 1 });
  assert.equal((await db.get('x', { rev: first.rev })).n, 1);
  const { update_seq } = await db.info();
  await db.compact();
  await assert.rejects(db.get('x', { rev: first.rev }), { status: 404 });
  assert.equal((await db.get('x', { rev: second.rev })).n, 2);
  assert.equal((await db.get('x', { rev: '2-c' }))._rev, '2-c');
  assert.equal(String(await db.getAttachment('x', 'a', { rev: second.rev })), 'một');
  const infos = (await db.get('x', { rev: second.rev, revs_info: true }))._revs_info;
  assert.deepEqual(infos.map(({ status }) => status), ['available', 'missing']);
  assert.equal((await db.info()).update_seq, update_seq, 'it is no change');
  const here = room.pouch();
  await here.sync(db);
  assert.deepEqual(await exported(here), await exported(db));
});

test('a revision that is none is a bad request, in the words that clients know', async () => {
  const { db, ask } = await database();
  await db.put({ _id: 'x' });
  await assert.rejects(db.put({ _id: 'x', _rev: 'undefined' }), { status: 400, name: 'bad_request', message: 'Invalid rev format' });
  await assert.rejects(db.get('x', { rev: 'nonsense' }), { status: 400, name: 'bad_request' });
  await assert.rejects(db.get('x', { open_revs: ['1-a', 'keys'] }), { status: 400, name: 'bad_request' });
  const whole = await ask('POST', '/_bulk_docs', { body: { docs: [{ _id: 'y', _rev: 'x' }] } });
  assert.deepEqual([whole.status, whole.body.error], [400, 'bad_request']);
});

// PouchDB cuts a history at the first revision that is named like the newest.
test('a history that holds one name twice arrives from PouchDB', async () => {
  const { db } = await database();
  const here = room.pouch();
  const history = (_rev, ids, value) => ({ _id: 'x', _rev, value, _revisions: { start: ids.length, ids } });
  await here.bulkDocs([history('2-c', ['c', 'a'], 'c'), history('3-c', ['c', 'c', 'a'], 'newest')], { new_edits: false });
  await db.bulkDocs([history('2-b', ['b', 'a'], 'b')], { new_edits: false });
  const pushed = await here.replicate.to(db);
  assert.equal(pushed.doc_write_failures, 0);
  assert.equal((await db.get('x')).value, 'newest');
});

test('indexes are made, listed and removed, and travel as design documents', async () => {
  const { db, ask } = await database();
  await db.bulkDocs([{ _id: 'a', n: 2 }, { _id: 'b', n: 1 }, { _id: 'c' }]);
  const made = await db.createIndex({ index: { fields: [{ n: 'desc' }, { m: 'desc' }] }, name: 'by n', ddoc: 'sorted' });
  assert.deepEqual(made, { result: 'created', id: '_design/sorted', name: 'by n' });
  assert.equal((await db.createIndex({ index: { fields: [{ n: 'desc' }, { m: 'desc' }] }, name: 'by n', ddoc: 'sorted' })).result, 'exists');
  assert.match((await db.createIndex({ index: { fields: ['n'] } })).id, /^_design\/[0-9a-f]{40}$/);
  const kept = await db.get('_design/sorted');
  assert.deepEqual([kept.language, kept.views['by n'].map.fields], ['query', { m: 'desc', n: 'desc' }]);
  const { indexes, total_rows } = await db.getIndexes();
  assert.deepEqual(indexes[0], { ddoc: null, name: '_all_docs', type: 'special', def: { fields: [{ _id: 'asc' }] } });
  const [sorted] = indexes.filter(({ ddoc }) => ddoc === '_design/sorted');
  assert.deepEqual(sorted, { ddoc: '_design/sorted', name: 'by n', type: 'json', def: { fields: [{ n: 'desc' }, { m: 'desc' }] } });
  assert.equal(total_rows, 3);
  const found = await db.find({ selector: { n: { $gt: null } }, sort: ['n'] });
  assert.deepEqual(found.docs.map(({ _id }) => _id), ['b', 'a']);
  assert.equal((await ask('POST', '/_explain', { body: { selector: { n: 1 } } })).body.index.name, '_all_docs');

  assert.equal((await db.deleteIndex(sorted)).ok, true);
  await assert.rejects(db.get('_design/sorted'), { status: 404 });
  assert.equal((await ask('DELETE', '/_index/_design/none/json/none')).status, 404);
  for (const body of [{}, { index: {} }, { index: { fields: [] } }, { index: { fields: [1] } }, { index: { fields: ['n', { m: 'desc' }] } }, { index: { fields: ['n'] }, type: 'text' }]) {
    assert.equal((await ask('POST', '/_index', { body })).status, 400, JSON.stringify(body));
  }
  await db.put({ _id: '_design/views', views: {} });
  assert.equal((await ask('POST', '/_index', { body: { index: { fields: ['n'] }, ddoc: 'views' } })).status, 403);
});

test('the feeds of a database that is removed end, and do not wait for what can never come', async () => {
  for (const feed of ['longpoll', 'continuous']) {
    const { db, name } = await database();
    const body = askFeed(name, feed);
    await body.begun;
    await db.destroy();
    assert.match(await body.text, /"last_seq":"0","pending":0\}\s*$/);
    await province.database(name).info();
  }
});

test('a document is copied, with its attachments, to a new id or over a revision', async () => {
  const { db, ask } = await database();
  const made = await db.put({ _id: 'báo cáo/1', n: 1, _attachments: { a: { content_type: 'text/plain', data: base64('một') } } });
  const copy = (id, to) => ask('COPY', `/${encodeURIComponent(id)}`, { headers: { Destination: to } });
  const copied = await copy('báo cáo/1', encodeURIComponent('bản/2'));
  assert.deepEqual([copied.status, copied.body.ok, copied.body.id], [201, true, 'bản/2']);
  assert.equal((await db.get('bản/2')).n, 1);
  assert.equal(String(await db.getAttachment('bản/2', 'a')), 'một');
  assert.equal((await copy('báo cáo/1', encodeURIComponent('bản/2'))).status, 409);
  const over = await copy('báo cáo/1', `${encodeURIComponent('bản/2')}?rev=${copied.body.rev}`);
  assert.equal(over.status, 201);
  assert.match(over.body.rev, /^2-/);
  await db.put({ _id: 'báo cáo/1', _rev: made.rev, n: 2 });
  const old = await ask('COPY', `/${encodeURIComponent('báo cáo/1')}?rev=${made.rev}`, { headers: { Destination: 'old' } });
  assert.equal(old.status, 201);
  assert.equal((await db.get('old')).n, 1);
  for (const [id, to, status] of [['none', 'x', 404], ['old', '', 400], ['old', 'http://elsewhere/x', 400], ['old', '_x', 400]]) {
    assert.equal((await copy(id, to)).status, status, `${id} to ${to}`);
  }
});
