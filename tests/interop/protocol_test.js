// Plain databases by raw HTTP: what replicators, scripts and other clients of CouchDB rely on, and PouchDB does not show.
'use strict';

const assert = require('node:assert/strict');
const http = require('node:http');
const { after, before, test } = require('node:test');
const zlib = require('node:zlib');
const { Room, hex, until } = require('./room');

const room = new Room({ after });
let province;
let databases = 0;
before(async () => {
  province = await room.province();
});

// A new plain database, and requests in it: {status, body, headers, text}.
async function database() {
  const name = `raw-${++databases}`;
  assert.equal((await province.request('PUT', `/${name}/?q=8&n=3`)).status, 201);
  const ask = (method) => (target, body, headers) => province.request(method, `/${name}${target}`, { body, headers });
  const db = { name, get: ask('GET'), put: ask('PUT'), post: ask('POST'), delete: ask('DELETE'), head: ask('HEAD') };
  db.push = (...docs) => db.post('/_bulk_docs', { new_edits: false, docs });
  return db;
}

const revised = (id, ids, more = {}) => ({
  _id: id, _rev: `${ids.length}-${ids[0]}`, _revisions: { start: ids.length, ids }, ...more,
});
const query = (values) => `?${new URLSearchParams(Object.entries(values).map(([k, v]) => [k, typeof v === 'string' ? v : JSON.stringify(v)]))}`;
const is = ({ status, body }, wanted, error) => {
  assert.equal(status, wanted, JSON.stringify(body));
  if (error) assert.equal(body.error, error, JSON.stringify(body));
};

test('an edit names the leaf that it is made on, in any of three places', async () => {
  const db = await database();
  const made = await db.put('/x', { n: 1 });
  is(made, 201);
  assert.match(made.headers.get('etag'), new RegExp(`^"${made.body.rev}"$`));
  assert.equal(made.headers.get('location'), `/${db.name}/x`);
  is(await db.put('/x', { n: 2 }), 409, 'conflict');
  is(await db.put(`/x?rev=2-${hex(1)}`, { n: 2 }), 409, 'conflict');
  is(await db.put('/x?rev=nonsense', { n: 2 }), 400);
  is(await db.put(`/x?rev=${made.body.rev}`, { _rev: `1-${hex(1)}` }), 400);
  const second = await db.put(`/x?rev=${made.body.rev}`, { n: 2 });
  is(second, 201);
  const third = await db.put('/x', { n: 3 }, { 'If-Match': `"${second.body.rev}"` });
  is(third, 201);
  const fourth = await db.put('/x', { _rev: third.body.rev, n: 4 });
  is(fourth, 201);
  is(await db.put('/x', { _id: 'y', _rev: fourth.body.rev }), 400);
  is(await db.delete('/x'), 409, 'conflict');
  is(await db.delete(`/x?rev=${third.body.rev}`), 409, 'conflict');
  is(await db.delete('/absent?rev=1-a'), 404, 'not_found');
  const gone = await db.delete('/x', undefined, { 'If-Match': fourth.body.rev });
  is(gone, 200);
  is(await db.get('/x'), 404, 'not_found');
  assert.equal((await db.get('/x')).body.reason, 'deleted');
  assert.equal((await db.get(`/x?rev=${gone.body.rev}`)).body._deleted, true);
  const again = await db.put('/x', { n: 5 });
  is(again, 201);
  assert.match(again.body.rev, /^6-/);
  const direct = await db.post('', { _id: 'posted', n: 1 });
  is(direct, 201);
  assert.equal(direct.headers.get('location'), `/${db.name}/posted`);
  is(await db.post('', { _id: 'posted', n: 2 }), 409, 'conflict');
  is(await db.put('/x', { _rev: again.body.rev, _deleted: true, why: 'kept in the tombstone' }), 201);
  is(await db.get('/x'), 404);
});

test('what is no document is 400, whatever way it comes', async () => {
  const db = await database();
  for (const body of ['[]', '"text"', '7', 'null', '', '{', '{"a":1}}', '{"a":NaN}', '\ufeff{}']) {
    is(await db.put('/x', body), 400);
  }
  for (const body of [{}, { docs: {} }, { docs: [1] }, { docs: 'x' }, { docs: [[]] }]) is(await db.post('/_bulk_docs', body), 400);
  for (const doc of [{ _id: '_x' }, { _id: 7 }, { _id: '' }, { _zing: 1 }, { _id: 'x', _rev: 'a' }, { _id: 'x', _attachments: 1 },
    { _id: 'x', _revisions: { start: 0, ids: 'x' } }]) {
    is(await db.post('/_bulk_docs', { docs: [{ _id: 'fine' }, doc] }), 400);
    is(await db.post('', doc), 400);
  }
  is(await db.put('/_x', {}), 400);
  is(await db.get('/fine'), 404, 'not_found');
  is(await province.request('PUT', `/${db.name}/x`, { body: '{}', headers: { 'Content-Type': 'text/plain' } }), 415, 'bad_content_type');
  is(await db.put('/x', { _conflicts: ['1-a'], _local_seq: 1, _revs_info: [], _deleted_conflicts: [] }), 201);
  assert.deepEqual(Object.keys((await db.get('/x')).body), ['_id', '_rev']);
});

test('a document shows its conflicts, its history and its leaves as asked', async () => {
  const db = await database();
  const [a, b, c, d, e] = [1, 2, 3, 4, 5].map(hex);
  is(await db.push(revised('x', [b, a], { n: 'b' }), revised('x', [c, a], { n: 'c' }), revised('x', [d, a], { _deleted: true }),
    revised('x', [e, c, a], { n: 'e' })), 201);
  const meta = (await db.get('/x?meta=true&local_seq=true')).body;
  assert.equal(meta._rev, `3-${e}`);
  assert.deepEqual(meta._conflicts, [`2-${b}`]);
  assert.deepEqual(meta._deleted_conflicts, [`2-${d}`]);
  assert.deepEqual(meta._revs_info.map(({ rev, status }) => [rev, status]),
    [[`3-${e}`, 'available'], [`2-${c}`, 'available'], [`1-${a}`, 'missing']]);
  assert.ok(meta._local_seq);
  const revs = (await db.get(`/x?revs=true&rev=2-${b}`)).body;
  assert.deepEqual(revs._revisions, { start: 2, ids: [b, a] });
  assert.equal((await db.get(`/x?rev=2-${c}&latest=true`)).body._rev, `3-${e}`);
  assert.equal((await db.get(`/x?rev=1-${a}&latest=true`)).body._rev, `3-${e}`);
  is(await db.get(`/x?rev=1-${a}`), 404);
  is(await db.get(`/x?rev=9-${a}`), 404);
  is(await db.get('/x?rev=nonsense'), 400);
  const leaves = (await db.get('/x?open_revs=all')).body.map(({ ok }) => ok._rev);
  assert.deepEqual(leaves.sort(), [`2-${b}`, `2-${d}`, `3-${e}`].sort());
  const asked = (await db.get(`/x${query({ open_revs: [`2-${b}`, '7-absent', `2-${c}`], latest: true })}`)).body;
  assert.deepEqual(asked.map((row) => row.missing || row.ok._rev), [`2-${b}`, '7-absent', `3-${e}`]);
  is(await db.get('/none?open_revs=all'), 404, 'not_found');
  assert.deepEqual((await db.get('/none?open_revs=["1-a"]')).body, [{ missing: '1-a' }]);
  for (const bad of ['nonsense', '{}', '["x"]', '[1]']) is(await db.get(`/x${query({ open_revs: bad })}`), 400);
  const etag = (await db.head('/x')).headers.get('etag');
  assert.equal(etag, `"3-${e}"`);
  assert.equal((await db.get('/x', undefined, { 'If-None-Match': etag })).status, 304);
  is(await db.delete(`/x?rev=3-${e}`), 200);
  assert.equal((await db.get('/x')).body.n, 'b', 'the next leaf shows');
});

test('what is missing is told with the leaves that may be its ancestors', async () => {
  const db = await database();
  const [a, b, c] = [1, 2, 3].map(hex);
  await db.push(revised('x', [b, a]), revised('x', [c, a]));
  const diff = (await db.post('/_revs_diff', { x: [`2-${b}`, `3-${c}`, `1-${a}`, `2-${a}`], y: ['1-a', '2-b'], z: [] })).body;
  assert.deepEqual(diff.x.missing, [`3-${c}`, `2-${a}`]);
  assert.deepEqual(diff.x.possible_ancestors.sort(), [`2-${b}`, `2-${c}`]);
  assert.deepEqual(diff.y, { missing: ['1-a', '2-b'] });
  assert.equal(diff.z, undefined);
  assert.deepEqual((await db.post('/_missing_revs', { x: [`2-${b}`, '9-x'] })).body, { missing_revs: { x: ['9-x'] } });
  assert.deepEqual((await db.post('/_revs_diff', {})).body, {});
  for (const bad of [[], { x: 'a' }, { x: ['nonsense'] }, { x: [1] }]) is(await db.post('/_revs_diff', bad), 400);
});

test('lists walk, turn, page and look up', async () => {
  const db = await database();
  const rows = (await db.post('/_bulk_docs', { docs: ['a', 'b', 'c', 'd', 'é', '_design/q'].map((_id) => ({ _id })) })).body;
  assert.ok(rows.every(({ ok }) => ok));
  await db.delete(`/b?rev=${rows[1].rev}`);
  const ids = async (values) => (await db.get(`/_all_docs${query(values)}`)).body.rows.map(({ id, key }) => id || `${key}?`);
  assert.deepEqual(await ids({}), ['_design/q', 'a', 'c', 'd', 'é']);
  assert.deepEqual(await ids({ descending: true, limit: 2, skip: 1 }), ['d', 'c']);
  assert.deepEqual(await ids({ startkey: '"a"', endkey: '"d"', inclusive_end: false }), ['a', 'c']);
  assert.deepEqual(await ids({ start_key: '"d"', end_key: '"a"', descending: true }), ['d', 'c', 'a']);
  assert.deepEqual(await ids({ key: '"c"' }), ['c']);
  assert.deepEqual(await ids({ key: '"b"' }), []);
  assert.deepEqual(await ids({ keys: ['d', 'zz', 'a', 'd'] }), ['d', 'zz?', 'a', 'd']);
  assert.deepEqual(await ids({ keys: [] }), []);
  assert.deepEqual(await ids({ limit: 0 }), []);
  assert.deepEqual(await ids({ startkey: '"d"', endkey: '"a"' }), []);
  const all = (await db.post('/_all_docs?include_docs=true&update_seq=true', { keys: ['b', 'c'] })).body;
  assert.equal(all.total_rows, 5);
  assert.deepEqual([all.rows[0].value.deleted, all.rows[0].doc], [true, null]);
  assert.equal(all.rows[1].doc._id, 'c');
  assert.equal(all.update_seq, (await db.get('')).body.update_seq);
  assert.equal((await db.post('/_all_docs', {})).body.rows.length, 5);
  is(await db.get(`/_all_docs${query({ key: '"a"', keys: ['a'] })}`), 400);
  is(await db.post('/_all_docs', { keys: 'a' }), 400);
  is(await db.get('/_all_docs?limit=x'), 400, 'query_parse_error');
  assert.deepEqual((await db.get('/_design_docs')).body.rows.map(({ id }) => id), ['_design/q']);
});

test('a batch of edits answers row by row in its order, conflicts too, and a repeated id is one', async () => {
  const db = await database();
  const first = (await db.post('/_bulk_docs', { docs: [{ _id: 'x', n: 1 }, { n: 2 }, { _id: 'x', n: 3 }] })).body;
  assert.deepEqual(first.map((row) => row.error || 'ok'), ['ok', 'ok', 'conflict']);
  assert.equal(first[2].id, 'x');
  const second = await db.post('/_bulk_docs', { docs: [{ _id: 'x', _rev: first[0].rev, _deleted: true }, { _id: 'y', _rev: '1-a' }, { _id: 'z', _deleted: true }] });
  is(second, 201);
  assert.deepEqual(second.body.map((row) => row.error || 'ok'), ['ok', 'conflict', 'ok']);
  assert.deepEqual((await db.post('/_bulk_docs', { docs: [] })).body, []);
  assert.equal((await db.get('')).body.doc_count, 1);
  assert.equal((await db.get('')).body.doc_del_count, 2);
});

test('replicated revisions come back as they went, whatever their ids, and twice is once', async () => {
  const db = await database();
  const docs = [{ _id: 'short', _rev: '1-a', n: 1 }, { _id: 'lone', _rev: `7-${hex(7)}`, n: 2 }, revised('long', Array.from({ length: 900 }, (_, n) => hex(n))),
    { _id: 'upper', _rev: `1-${hex(255).toUpperCase()}`, n: 3 }, { _id: 'thirty-three', _rev: `2-a${hex(1)}`, _revisions: { start: 2, ids: [`a${hex(1)}`, 'x'] } }];
  assert.deepEqual((await db.push(...docs)).body, []);
  const { update_seq } = (await db.get('')).body;
  assert.deepEqual((await db.push(...docs)).body, []);
  assert.equal((await db.get('')).body.update_seq, update_seq);
  assert.equal((await db.get('/short')).body._rev, '1-a');
  assert.equal((await db.get('/upper')).body._rev, `1-${hex(255)}`);
  assert.equal((await db.get('/long?revs=true')).body._revisions.ids.length, 900);
  const child = await db.put('/lone', { _rev: `7-${hex(7)}`, n: 3 });
  assert.match(child.body.rev, /^8-[0-9a-f]{32}$/);
  is(await db.put('/short?new_edits=false', { _rev: '2-b', _revisions: { start: 2, ids: ['b', 'a'] } }), 201);
  assert.equal((await db.get('/short?revs_info=true')).body._revs_info.length, 2);
  is(await db.push({ _id: 'none' }), 400);
});

test('many revisions are fetched in one request, in the form asked for', async () => {
  const db = await database();
  const [a, b, c] = [1, 2, 3].map(hex);
  await db.push(revised('x', [b, a], { n: 1 }), revised('x', [c, a], { n: 2 }), { _id: 'y', _rev: `1-${a}`, _attachments: { f: { content_type: 'text/plain', data: 'eA==' } } });
  const answer = (await db.post('/_bulk_get?revs=true', { docs: [{ id: 'x' }, { id: 'x', rev: `2-${b}` }, { id: 'none' }, { id: 'x', rev: '9-z' }, { id: 'y' }] })).body;
  assert.deepEqual(Object.keys(answer), ['results']);
  assert.deepEqual(answer.results.map(({ id, docs }) => [id, docs.length]), [['x', 2], ['x', 1], ['none', 1], ['x', 1], ['y', 1]]);
  assert.deepEqual(answer.results[1].docs[0].ok._revisions, { start: 2, ids: [b, a] });
  assert.equal(answer.results[2].docs[0].error.error, 'not_found');
  assert.equal(answer.results[3].docs[0].error.rev, '9-z');
  assert.equal(answer.results[4].docs[0].ok._attachments.f.stub, true);
  const latest = (await db.post('/_bulk_get?latest=true&attachments=true', { docs: [{ id: 'x', rev: `1-${a}` }, { id: 'y' }] })).body;
  assert.equal(latest.results[0].docs[0].ok._rev, `2-${c}`);
  assert.equal(latest.results[1].docs[0].ok._attachments.f.data, 'eA==');
  const mixed = await db.post('/_bulk_get?revs=true&attachments=true', { docs: [{ id: 'y' }, { id: 'none' }] }, { Accept: 'multipart/mixed' });
  assert.match(mixed.headers.get('content-type'), /^multipart\/mixed; boundary="/);
  assert.match(mixed.text, /X-Doc-Id: y\r\nX-Rev-Id: 1-/);
  assert.match(mixed.text, /application\/json; error="true"/);
  assert.deepEqual((await db.post('/_bulk_get', { docs: [] })).body, { results: [] });
  for (const bad of [{}, { docs: {} }, { docs: [{}] }, { docs: [1] }]) is(await db.post('/_bulk_get', bad), 400);
});

// ---- the feed

// Lines of a feed while it is open; end() closes it.
function listen(db, target, headers = {}) {
  const lines = [];
  const credential = Buffer.from(`admin:${require('./room').PASSWORD}`).toString('base64');
  const request = http.get({ host: '127.0.0.1', port: province.port, path: `/${db.name}${target}`, headers: { Authorization: `Basic ${credential}`, ...headers } });
  const open = { lines, status: 0, ended: false, end: () => request.destroy() };
  request.on('error', () => {});
  request.on('response', (answer) => {
    open.status = answer.statusCode;
    open.type = answer.headers['content-type'];
    let rest = '';
    answer.on('data', (bytes) => {
      const parts = (rest + bytes).split('\n');
      rest = parts.pop();
      lines.push(...parts);
    });
    answer.on('end', () => (open.ended = true));
  });
  return open;
}

test('a feed tells what waits, and a continuous one a row a line, however a document was written', async (t) => {
  const db = await database();
  assert.deepEqual((await db.get('/_changes')).body, { results: [], last_seq: '0', pending: 0 });
  await province.request('PUT', `/${db.name}/pretty`, { body: '{\n  "a": [\n 1,\r\n 2 ],\n\t"b": "line\\nbreak" }' });
  await db.put('/plain', { n: 1 });
  const feed = listen(db, '/_changes?feed=continuous&include_docs=true&heartbeat=200&since=0');
  t.after(() => feed.end());
  await until('both rows', () => feed.lines.filter(Boolean).length >= 2);
  assert.equal(feed.status, 200);
  const rows = feed.lines.filter(Boolean).map((line) => JSON.parse(line));
  assert.deepEqual(rows[0].doc.a, [1, 2]);
  await db.put('/later', {});
  await until('a third', () => feed.lines.filter(Boolean).length >= 3);
  await until('a heartbeat', () => feed.lines.includes(''));
  for (const name of ['continuous', 'live']) {
    const ending = (await db.get(`/_changes?feed=${name}&timeout=100`)).text.trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(ending.length, 4);
    assert.deepEqual(ending[3], { last_seq: ending[2].seq, pending: 0 });
  }
});

test('a long poll has its status at once and its row when there is one', async (t) => {
  const db = await database();
  await db.put('/x', {});
  const poll = listen(db, '/_changes?feed=longpoll&since=now');
  t.after(() => poll.end());
  await until('a status', () => poll.status === 200);
  assert.equal(poll.ended, false);
  await db.put('/y', {});
  await until('its end', () => poll.ended);
  const answer = JSON.parse(poll.lines.join('\n'));
  assert.deepEqual(answer.results.map(({ id }) => id), ['y']);
  assert.equal(answer.last_seq, answer.results[0].seq);
});

test('an event source tells rows as events, goes on from the last one seen, and beats', async (t) => {
  const db = await database();
  for (const id of ['a', 'b', 'c']) await db.put(`/${id}`, {});
  const { seq } = (await db.get('/_changes')).body.results[1];
  const rest = await db.get('/_changes?feed=eventsource&timeout=100&since=0', undefined, { 'Last-Event-ID': seq, Accept: 'text/event-stream' });
  assert.match(rest.headers.get('content-type'), /^text\/event-stream/);
  const events = [...rest.text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data).id);
  assert.deepEqual(events, ['c']);
  assert.ok(rest.text.split('\n').every((line) => line === '' || /^(data|id|event):/.test(line)));
  const open = listen(db, '/_changes?feed=eventsource&heartbeat=100&since=now');
  t.after(() => open.end());
  await until('beats', () => open.lines.filter((line) => line === 'event: heartbeat').length >= 3);
  await db.put('/d', {});
  await until('the event', () => open.lines.some((line) => line.startsWith('data: {') && JSON.parse(line.slice(6)).id === 'd'));
});

test('feeds begin, turn, page and choose as asked, and a deleted document is told once with its tombstone', async () => {
  const db = await database();
  const rows = (await db.post('/_bulk_docs', { docs: ['a', 'b', 'c', '_design/d'].map((_id, n) => ({ _id, n })) })).body;
  await db.delete(`/a?rev=${rows[0].rev}`);
  const ask = async (values, body) => (body ? await db.post(`/_changes${query(values)}`, body) : await db.get(`/_changes${query(values)}`)).body;
  const ids = (feed) => feed.results.map(({ id }) => id);
  const all = await ask({});
  assert.deepEqual(ids(all), ['b', 'c', '_design/d', 'a']);
  assert.equal(all.results[3].deleted, true);
  assert.deepEqual(ids(await ask({ descending: true })), ['a', '_design/d', 'c', 'b']);
  assert.deepEqual(ids(await ask({ descending: true, limit: 1 })), ['a']);
  const page = await ask({ limit: 1 });
  assert.deepEqual([ids(page), page.pending, page.last_seq], [['b'], 3, page.results[0].seq]);
  assert.deepEqual(ids(await ask({ since: page.last_seq, limit: 2 })), ['c', '_design/d']);
  assert.deepEqual(ids(await ask({ since: `"${page.last_seq}"` })), ['c', '_design/d', 'a']);
  assert.deepEqual(ids(await ask({ since: 'now' })), []);
  assert.deepEqual([(await ask({ limit: 0 })).results, (await ask({ limit: 0 })).pending], [[], 4]);
  assert.deepEqual(ids(await ask({ filter: '_design' })), ['_design/d']);
  assert.deepEqual(ids(await ask({ filter: '_doc_ids' }, { doc_ids: ['a', 'c', 'none'] })), ['c', 'a']);
  assert.deepEqual(ids(await ask({ filter: '_doc_ids', doc_ids: ['c'] })), ['c']);
  const chosen = await ask({ filter: '_selector', include_docs: true }, { selector: { n: { $gt: 1 } } });
  assert.deepEqual(ids(chosen), ['c', '_design/d']);
  assert.equal(chosen.results[0].doc.n, 2);
  assert.equal(chosen.last_seq, all.last_seq, 'what was passed over is read all the same');
  assert.equal((await ask({ include_docs: true })).results[3].doc._deleted, true);
  for (const bad of ['limit=x', 'since=0&heartbeat=-1', 'heartbeat=a', 'timeout=x', 'feed=pigeon']) is(await db.get(`/_changes?${bad}`), 400);
  for (const filter of ['app/mine', '_view']) is(await db.get(`/_changes?filter=${filter}`), 400, 'filter_not_supported');
  is(await db.post('/_changes?filter=_doc_ids', { doc_ids: 'a' }), 400);
});

test('local and design documents have their slash raw or encoded', async () => {
  const db = await database();
  is(await db.put('/_design/app', { language: 'query' }), 201);
  assert.equal((await db.get('/_design%2Fapp')).body.language, 'query');
  is(await db.put('/_local/x.y=', { n: 1 }), 201);
  assert.deepEqual((await db.get('/_local%2Fx.y%3D')).body, { _id: '_local/x.y=', _rev: '0-1', n: 1 });
  is(await db.get('/_local/none'), 404, 'not_found');
  const { status, body } = await db.post('/_bulk_docs', { docs: [{ _id: '_local/b', n: 2 }] });
  assert.deepEqual([status, body[0].rev], [201, '0-1']);
  is(await db.delete('/_local/x.y='), 200);
  is(await db.get('/_local/x.y='), 404);
  assert.equal((await db.get('')).body.doc_count, 1);
  const { rev } = (await db.put('/_design/files', {})).body;
  const file = await province.request('PUT', `/${db.name}/_design/files/page.html?rev=${rev}`, { body: Buffer.from('<p>'), headers: { 'Content-Type': 'text/html' } });
  is(file, 201);
  assert.equal((await db.get('/_design/files/page.html')).text, '<p>');
});

test('requests may be packed, and answers are where the client says so', async () => {
  const db = await database();
  const docs = Array.from({ length: 200 }, (_, n) => ({ _id: `d${n}`, text: 'chữ '.repeat(20) }));
  const packed = await province.request('POST', `/${db.name}/_bulk_docs`, {
    body: zlib.gzipSync(JSON.stringify({ docs })), headers: { 'Content-Encoding': 'gzip' } });
  is(packed, 201);
  is(await province.request('POST', `/${db.name}/_bulk_docs`, { body: Buffer.from('{}'), headers: { 'Content-Encoding': 'br' } }), 415);
  is(await province.request('POST', `/${db.name}/_bulk_docs`, { body: Buffer.from('not gzip'), headers: { 'Content-Encoding': 'gzip' } }), 400);
  const bomb = zlib.gzipSync(Buffer.alloc(60 << 20, ' '));
  assert.ok((await province.request('POST', `/${db.name}/_bulk_docs`, { body: bomb, headers: { 'Content-Encoding': 'gzip' } })).status >= 400);
  const answer = await db.get('/_all_docs?include_docs=true', undefined, { 'Accept-Encoding': 'gzip' });
  assert.equal(answer.headers.get('content-encoding'), 'gzip');
  assert.equal(answer.body.rows.length, 200);
  assert.equal((await db.get('/_all_docs', undefined, { 'Accept-Encoding': 'identity' })).headers.get('content-encoding'), null);
});

test('a purge takes a revision out for good and keeps it out', async () => {
  const db = await database();
  const [a, b] = [1, 2].map(hex);
  await db.push(revised('x', [b, a]), { _id: 'y', _rev: '1-a' });
  const purged = await db.post('/_purge', { x: [`2-${b}`], y: ['7-none'], z: ['1-a'] });
  is(purged, 201);
  assert.deepEqual(purged.body, { purge_seq: null, purged: { x: [`2-${b}`], y: [], z: [] } });
  is(await db.get('/x'), 404);
  assert.deepEqual((await db.post('/_revs_diff', { x: [`2-${b}`] })).body, {});
  assert.deepEqual((await db.push(revised('x', [b, a]))).body.map(({ error, code }) => [error, code]), [['forbidden', 'purged']]);
  const info = (await db.get('')).body;
  assert.deepEqual([info.doc_count, info.purge_seq], [1, '1']);
  assert.deepEqual((await db.get('/_changes')).body.results.map(({ id }) => id), ['y']);
});

test('what is asked in the wrong way is answered by name, as JSON, and the connection goes on', async () => {
  const db = await database();
  for (const [method, target, status, error] of [
    ['COPY', '/x', 400, 'bad_request'], ['PATCH', '', 405], ['GET', '/_bulk_docs', 405], ['PUT', '/_revs_diff', 405], ['DELETE', '/_find', 405],
    ['GET', '/_design/a/_view/b', 501, 'not_implemented'],
    ['GET', '/_unknown', 400],
  ]) {
    const answer = await province.request(method, `/${db.name}${target}`);
    assert.equal(answer.status, status, `${method} ${target}: ${answer.text}`);
    assert.equal(typeof answer.body.error, 'string');
    assert.equal(typeof answer.body.reason, 'string');
    if (error) assert.equal(answer.body.error, error);
    if (status === 405) assert.ok(answer.headers.get('allow'));
  }
  is(await province.request('GET', '/none/x'), 404, 'not_found');
  for (const [method, target, status, code] of [['GET', '/none', 404, 'not_found'], ['PATCH', '/forms', 405, 'method_not_allowed']]) {
    const answer = await province.request(method, `/api/v1${target}`);
    assert.deepEqual([answer.status, answer.body.error.code], [status, code], 'the JSON interface has its own form of errors');
  }
  assert.equal((await province.request('GET', '/none')).body.reason, 'Database does not exist.');
  is(await province.request('GET', `/${db.name}`, { user: null }), 401, 'unauthorized');
  is(await db.post('/_ensure_full_commit', ''), 201);
  is(await db.post('/_compact', {}), 202);
});
