// PouchDB in a page, in Debian's Chromium, on tram-agent's local protocol: another origin, another port, lines that break.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { test } = require('node:test');
const { Room, until } = require('./room');

const BUILD = path.join(__dirname, '../../build');
const { chromium } = require(path.join(BUILD, 'web/node_modules/playwright-core'));
const POUCHDB = fs.readFileSync(path.join(BUILD, 'npm/node_modules/pouchdb/dist/pouchdb.min.js'));
const REPORT = 'report:bm02:2024Q2';

// A program of somebody else on the PC: an address that serves a page with PouchDB.
async function strangersPage(t) {
  const server = http.createServer((request, response) => {
    const is_script = request.url === '/pouchdb.js';
    response.setHeader('Content-Type', is_script ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(is_script ? POUCHDB : '<!doctype html><title>Trang</title><script src="/pouchdb.js"></script>');
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => (server.close(), server.closeAllConnections()));
  return `http://127.0.0.1:${server.address().port}`;
}

async function browser(t) {
  const opened = await chromium.launch({
    executablePath: process.env.TRAM_CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  t.after(() => opened.close());
  return opened;
}

test('a page of PouchDB works on the office\'s databases while lines are down, and strangers do not', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const line = await room.line(province.port);
  const office = await room.office(province.url(line.port), 'vn-56-570', await province.addOffice('vn-56-570'));
  await office.run('sync');
  await line.tell('cut');
  await office.run('report', 'new', 'bm02', '2024Q2');
  const [ours, other] = [await strangersPage(t), await strangersPage(t)];
  const here = await office.serve({ origins: [ours] });

  const context = await (await browser(t)).newContext();
  const page = await context.newPage();
  await page.goto(ours);
  const get = (id) => page.evaluate((asked) => db.get(asked).catch(() => null), id);
  const put = (doc) => page.evaluate((given) => db.put(given), doc);
  await page.evaluate((address) => {
    globalThis.db = new PouchDB('page');
    globalThis.sync = db.sync(new PouchDB(address, { skip_setup: true }), { live: true, retry: true, back_off_function: () => 50 });
  }, office.local);
  await until('the page to hold the report', () => get(REPORT));
  await put({ _id: 'note:page', text: 'viết trên trang' });
  await until('the office to hold what the page wrote', () => here.get('note:page').catch(() => null));

  await context.setOffline(true);
  const report = await get(REPORT);
  await put({ ...report, values: { ...report.values, tasks_applied_count: 7 } });
  await here.put({ _id: 'note:office', text: 'viết ở đơn vị' });
  await context.setOffline(false);
  await until('the office to show what the page wrote offline', async () =>
    JSON.parse(await office.run('report', 'show', REPORT, '--json')).values?.tasks_applied_count === 7);
  await until('the page to hold what the office wrote meanwhile', () => get('note:office'));

  await line.tell('open');
  await office.run('sync');
  const there = province.database('office-vn-56-570', { pouch: { skip_setup: true } });
  await until('the province to hold both', async () =>
    (await there.get('note:page').catch(() => null)) && (await there.get(REPORT).catch(() => null))?.values.tasks_applied_count === 7);

  const asked = new URL(office.local);
  const ask = (address, password) => page.evaluate(async ([target, secret]) => {
    const headers = { Authorization: `Basic ${btoa(unescape(encodeURIComponent(`app:${secret}`)))}` };
    return fetch(target, { headers }).then(({ status }) => status, ({ name }) => name);
  }, [address, password]);
  const plain = `${asked.origin}${asked.pathname}`;
  assert.equal(await ask(plain, decodeURIComponent(asked.password)), 200);
  assert.equal(await ask(plain, 'wrong'), 401, 'a page that may ask reads why it may not');
  await page.goto(other);
  assert.equal(await ask(plain, decodeURIComponent(asked.password)), 'TypeError', 'the browser shows another page nothing');
});
