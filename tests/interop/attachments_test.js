// Attachments of PouchDB and of plain HTTP in plain databases: from nothing to 8 MB, edited, conflicting, in every form.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { after, before, test } = require('node:test');
const { Room, exported } = require('./room');

const SIZES = [0, 1, 1000, 64 << 10, (64 << 10) + 1, 1 << 20, 8 << 20];
const equal = async (one, other) => assert.deepEqual(await exported(one), await exported(other));
const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const md5 = (bytes) => `md5-${crypto.createHash('md5').update(bytes).digest('base64')}`;
const base64 = (text) => Buffer.from(text).toString('base64');

// The same bytes for the same size, in no way compressible.
function bytesOf(size, seed = 'tệp') {
  const cipher = crypto.createCipheriv('aes-128-ctr', crypto.createHash('md5').update(`${seed}${size}`).digest(), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(size));
}

const room = new Room({ after });
let province;
let databases = 0;
before(async () => {
  province = await room.province();
});

async function together() {
  const name = `files-${++databases}`;
  const there = province.database(name);
  await there.info();
  return { name, here: room.pouch(), there };
}

async function checkSizes(db, seed) {
  for (const size of SIZES) {
    const bytes = await db.getAttachment(`file:${size}`, 'bản quét.pdf');
    assert.equal(bytes.length, size);
    assert.equal(sha256(bytes), sha256(bytesOf(size, seed)));
  }
}

test('attachments from nothing to 8 MB go up from PouchDB and come down to another', async () => {
  const { here, there } = await together();
  for (const size of SIZES) await here.putAttachment(`file:${size}`, 'bản quét.pdf', bytesOf(size), 'application/pdf');
  const pushed = await here.replicate.to(there);
  assert.equal(pushed.doc_write_failures, 0);
  await checkSizes(there);
  const third = room.pouch();
  await third.replicate.from(there);
  await checkSizes(third);
  await equal(here, third);
  await equal(here, there);
});

test('attachments written at the server come down whole with the digests that PouchDB computes', async () => {
  const { here, there } = await together();
  for (const size of SIZES) await there.putAttachment(`file:${size}`, 'bản quét.pdf', bytesOf(size, 'b'), 'image/jpeg');
  await here.replicate.from(there);
  await checkSizes(here, 'b');
  for (const size of SIZES) {
    const [one, other] = [await here.get(`file:${size}`), await there.get(`file:${size}`)];
    const [a, b] = [one, other].map((doc) => doc._attachments['bản quét.pdf']);
    assert.equal(b.digest, md5(bytesOf(size, 'b')));
    assert.deepEqual([a.digest, a.length, a.revpos, a.content_type], [b.digest, b.length, b.revpos, b.content_type]);
  }
});

test('edits keep, replace, add and remove attachments, and conflicts keep their own', async () => {
  const { here, there } = await together();
  await here.put({ _id: 'x', _attachments: {
    a: { content_type: 'text/plain', data: base64('một') },
    b: { content_type: 'text/plain', data: base64('hai') },
  } });
  await here.sync(there);
  const base = await there.get('x');
  await there.put({ ...base, edited: true });
  const edited = await there.get('x');
  await there.removeAttachment('x', 'a', edited._rev);
  await here.sync(there);
  assert.deepEqual(Object.keys((await here.get('x'))._attachments), ['b']);

  const [mine, theirs] = [await here.get('x'), await there.get('x')];
  await here.put({ ...mine, _attachments: { ...mine._attachments, c: { content_type: 'text/plain', data: base64('ở đây') } } });
  await there.putAttachment('x', 'c', theirs._rev, Buffer.from('ở kia'), 'text/plain');
  // In this order: PouchDB asks for the attachments of a losing leaf without naming it, and gets those of the winner.
  await here.replicate.from(there);
  await here.replicate.to(there);
  await equal(here, there);
  const { _conflicts: [loser], _rev: winner } = await there.get('x', { conflicts: true });
  const texts = [];
  for (const rev of [winner, loser]) texts.push(String(await there.getAttachment('x', 'c', { rev })));
  assert.deepEqual(texts.sort(), ['ở kia', 'ở đây']);
  assert.equal(String(await there.getAttachment('x', 'b', { rev: loser })), 'hai');
});

test('many attachments of one document and strange names go both ways', async () => {
  const { here, there } = await together();
  const names = ['a b', 'ảnh.jpg', 'dir/file.txt', '100%', 'q?x=1&y', 'plus+', '#', 'đ'.repeat(60)];
  const files = Object.fromEntries(names.map((name, n) => [name, { content_type: 'text/plain', data: base64(`nội dung ${n}`) }]));
  await here.put({ _id: 'báo cáo/1', _attachments: files });
  await here.replicate.to(there);
  for (const [n, name] of names.entries()) {
    assert.equal(String(await there.getAttachment('báo cáo/1', name)), `nội dung ${n}`);
  }
  const third = room.pouch();
  await third.replicate.from(there);
  await equal(here, third);
});

test('include_docs and attachments=true bring the bytes along in feeds and lists, binary where asked', async () => {
  const { there } = await together();
  await there.put({ _id: 'x', _attachments: { a: { content_type: 'text/plain', data: base64('một') } } });
  const inside = { include_docs: true, attachments: true };
  assert.equal((await there.changes(inside)).results[0].doc._attachments.a.data, base64('một'));
  assert.equal((await there.allDocs(inside)).rows[0].doc._attachments.a.data, base64('một'));
  assert.equal((await there.allDocs({ keys: ['x'], ...inside })).rows[0].doc._attachments.a.data, base64('một'));
  assert.equal(String((await there.allDocs({ ...inside, binary: true })).rows[0].doc._attachments.a.data), 'một');
  assert.equal((await there.get('x', { attachments: true })).
    _attachments.a.data, base64('một'));
  assert.equal((await there.get('x', { open_revs: 'all', attachments: true }))[0].ok._attachments.a.stub, undefined);
  assert.equal((await there.allDocs({ include_docs: true })).rows[0].doc._attachments.a.stub, true);
});

// ---- by plain HTTP

function related(document, parts, boundary = 'seam', tail = '') {
  const pieces = [`--${boundary}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(document)}`];
  for (const part of parts) pieces.push(`\r\n--${boundary}\r\n\r\n`, part);
  pieces.push(`\r\n--${boundary}--${tail}`);
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
}

const put = (target, body, type, headers = {}) =>
  province.request('PUT', target, { body: Buffer.from(body), headers: { 'Content-Type': type, ...headers } });

test('multipart/related is taken as any client writes it: quoted boundaries, epilogues, stubs among parts', async () => {
  const { name } = await together();
  const follows = (length, content_type = 'text/plain') => ({ follows: true, length, content_type });
  const first = await put(`/${name}/m`, related(
    { n: 1, _attachments: { 'foo.txt': follows(3), 'bar.txt': follows(4) } }, ['một', 'bốn!'].map((text) => text.slice(0, 9)),
    'a b\'c', '\r\nepilogue'), 'multipart/related; boundary="a b\'c"').catch((failure) => failure);
  assert.equal(first.status, 400, 'lengths are bytes, and these are counted in characters');
  const good = await put(`/${name}/m`, related(
    { n: 1, _attachments: { 'foo.txt': follows(5), 'bar.txt': follows(6) } }, ['một', 'bốn!'],
    'a b\'c', '\r\nepilogue'), 'multipart/related;boundary="a b\'c"');
  assert.equal(good.status, 201);
  assert.equal((await province.request('GET', `/${name}/m/foo.txt`)).text, 'một');

  const second = await put(`/${name}/m`, related(
    { _rev: good.body.rev, _attachments: { 'foo.txt': { stub: true }, 'new.txt': follows(3) } }, ['mới'.slice(0, 1) + 'xx']),
  'multipart/related; boundary=seam');
  assert.equal(second.status, 201);
  assert.equal((await province.request('GET', `/${name}/m/bar.txt`)).status, 404);
  assert.equal((await province.request('GET', `/${name}/m/foo.txt`)).text, 'một');
  const whole = await province.request('GET', `/${name}/m?attachments=true`, { headers: { Accept: 'multipart/related,*/*;' } });
  assert.match(whole.headers.get('content-type'), /^multipart\/related; boundary="/);
  assert.equal(whole.text.match(/Content-Disposition: attachment; filename=/g).length, 2);
  const since = encodeURIComponent(JSON.stringify(['1-2897589', good.body.rev]));
  const some = await province.request('GET', `/${name}/m?atts_since=${since}`, { headers: { Accept: 'multipart/related' } });
  assert.equal(some.text.match(/Content-Disposition: attachment; filename=/g).length, 1);
});

test('an attachment by its address is made, changed, read in part, revalidated and removed', async () => {
  const { name } = await together();
  const target = `/${name}/doc/tệp.txt`.replace('tệp', encodeURIComponent('tệp'));
  const made = await put(target, 'nội dung', 'text/plain; charset=utf-8');
  assert.equal(made.status, 201);
  assert.equal(made.headers.get('location'), target);
  assert.equal((await put(target, 'khác', 'text/plain')).status, 409);
  assert.equal((await put(`${target}?rev=1-${'0'.repeat(32)}`, 'khác', 'text/plain')).status, 409);
  const changed = await put(target, '0123456789', 'text/plain', { 'If-Match': `"${made.body.rev}"` });
  assert.equal(changed.status, 201);
  const whole = await province.request('GET', target);
  assert.equal(whole.text, '0123456789');
  assert.equal(whole.headers.get('content-type'), 'text/plain');
  assert.equal(whole.headers.get('accept-ranges'), 'bytes');
  assert.equal(`md5-${whole.headers.get('content-md5')}`, md5('0123456789'));
  const etag = whole.headers.get('etag');
  assert.equal((await province.request('GET', target, { headers: { 'If-None-Match': etag } })).status, 304);
  for (const [range, text, told] of [['0-3', '0123', '0-3'], ['4-', '456789', '4-9'], ['-2', '89', '8-9'], ['8-99', '89', '8-9']]) {
    const part = await province.request('GET', target, { headers: { Range: `bytes=${range}` } });
    assert.equal(part.status, 206);
    assert.equal(part.text, text);
    assert.equal(part.headers.get('content-range'), `bytes ${told}/10`);
  }
  assert.equal((await province.request('GET', target, { headers: { Range: 'bytes=10-' } })).status, 416);
  assert.equal((await province.request('GET', target, { headers: { Range: 'bytes=5-2' } })).status, 200);
  const head = await province.request('HEAD', target);
  assert.deepEqual([head.status, head.headers.get('content-length'), head.text], [200, '10', '']);
  assert.equal((await province.request('GET', `${target}?rev=${made.body.rev}`)).text, 'nội dung');
  assert.equal((await province.request('DELETE', target)).status, 409);
  const removed = await province.request('DELETE', `${target}?rev=${changed.body.rev}`);
  assert.equal(removed.status, 200);
  assert.equal((await province.request('GET', target)).status, 404);
  assert.equal((await province.request('GET', `${target}?rev=${changed.body.rev}`)).text, '0123456789');
  assert.equal((await put(`/${name}/_bad/a`, 'x', 'text/plain')).status, 400);
  assert.equal((await put(`/${name}/ok/_a`, 'x', 'text/plain')).status, 400);
  assert.equal((await put(`/${name}/md5/a`, 'foo', 'text/plain', { 'Content-MD5': 'rL0Y20zC+Fzt72VPzMSk2A==' })).status, 201);
  const wrong = await put(`/${name}/md5b/a`, 'bar', 'text/plain', { 'Content-MD5': 'rL0Y20zC+Fzt72VPzMSk2A==' });
  assert.deepEqual([wrong.status, wrong.body.error], [400, 'content_md5_mismatch']);
});

test('a stub needs nothing but its flag, and one of nothing is 412 and stores nothing', async () => {
  const { name } = await together();
  const put_json = (id, body, query = '') => province.request('PUT', `/${name}/${id}${query}`, { body });
  const made = await put_json('s', { _attachments: { f: { content_type: 'text/plain', data: base64('x') } } });
  const kept = await put_json('s', { _rev: made.body.rev, _attachments: { f: { stub: true } } });
  assert.equal(kept.status, 201);
  const wrong = await put_json('s', { _rev: kept.body.rev, _attachments: { f: { stub: true, revpos: 10 } } });
  assert.deepEqual([wrong.status, wrong.body.error], [412, 'missing_stub']);
  assert.equal((await put_json('s', { _rev: kept.body.rev, _attachments: { f: { data: 'no base64=' } } })).status, 400);
  assert.equal((await province.request('GET', `/${name}/s`)).body._rev, kept.body.rev);
  const bulk = await province.request('POST', `/${name}/_bulk_docs`, { body: { docs: [
    { _id: 'good' }, { _id: 'bad', _attachments: { f: { stub: true } } }] } });
  assert.deepEqual([bulk.status, bulk.body.error], [412, 'missing_stub']);
  assert.equal((await province.request('GET', `/${name}/good`)).status, 404);
});
