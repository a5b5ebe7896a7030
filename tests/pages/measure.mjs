// tests/pages/measure.mjs: how quick a large form is and how large the pages are: `node tests/pages/measure.mjs [OUT.json]`,
// a part of ./dev bench (docs/benchmarks.md). No test: it says what it found on this machine. A form of 200 fields and a list
// of 500 rows is published, filled in, opened and typed in.
import fs from 'node:fs';
import path from 'node:path';

import {openBrowser} from './browser.mjs';
import {cell, enter} from './office.mjs';
import {root} from './modules.mjs';
import {Room, until} from './room.mjs';

const rounds = 7, keysEach = 50;
const id = 'report:bm90:2024Q2', address = `#/report/${encodeURIComponent(id)}`;
const built = process.env.TRAM_WEB || path.join(root, 'build/release/web');

function madeForm() {
  const figure = (name) => ({id: name, label_vi: `Chỉ tiêu ${name}`, label_en: `Figure ${name}`, kind: 'count', unit: 'nhiệm vụ', schema: {type: 'integer', minimum: 0}, writer: 'office', across_units: 'sum', across_time: 'sum'});
  const text = (name) => ({id: name, label_vi: `Cột ${name}`, label_en: `Column ${name}`, kind: 'text', schema: {type: 'string', maxLength: 300}, writer: 'office', across_units: 'same', across_time: 'latest'});
  return {
    _id: 'form:bm90:1', type: 'form', schema: 'tram-form/1', code: 'bm90', name: 'large', version: 1, status: 'draft', label_vi: 'Biểu lớn', label_en: 'Large form',
    frequencies: ['quarterly'], cutoff: 'ND09', rules: [],
    sections: [
      {id: 'figures', kind: 'fields', label_vi: 'Số liệu', label_en: 'Figures', asked_of: 'office', fields: Array.from({length: 200}, (_, i) => figure(`figure_${i}`))},
      {id: 'items', kind: 'rows', label_vi: 'Danh mục', label_en: 'Items', asked_of: 'office', row_key: [], across_units: 'union', across_time: 'union',
       fields: [...Array.from({length: 6}, (_, i) => text(`text_${i}`)), figure('amount'), figure('other')]},
    ],
  };
}

async function largeReport(room, province) {
  fs.writeFileSync(room.file('form.json'), JSON.stringify(madeForm()));
  await province.run('publish', room.file('form.json'));
  const office = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  await until('the form', async () => (await (await fetch(`${office.url}/api/v1/forms`)).json()).some((one) => one.code === 'bm90'));
  await office.run('report', 'new', 'bm90', '2024Q2');
  const edits = [];
  for (let i = 0; i < 200; ++i) edits.push({path: `figure_${i}`, text: String(i)});
  for (let i = 1; i <= 500; ++i) {
    const row = `items/${String(i).padStart(4, '0')}-0000000a`;
    edits.push({path: row, row: 'add'}, {path: `${row}/text_0`, text: `Mục thứ ${i}`}, {path: `${row}/amount`, text: String(i)});
  }
  const saved = await fetch(`${office.url}/api/v1/reports/${encodeURIComponent(id)}/save`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({edits})});
  if (!saved.ok) throw new Error(await saved.text());
  return office;
}

// In the page: until the frame in which the window is full of the form's fields (whole false), or every field and the
// list's first rows are there (true).
const drawn = async ({to, whole}) => {
  const begin = to ? performance.now() : 0;
  if (to) location.hash = to;
  const there = () => {
    const cells = document.querySelectorAll('.figure [data-cell]');
    return whole ? cells.length === 200 && document.querySelector('.sheet [data-cell]') !== null
      : cells.length > 0 && cells[cells.length - 1].getBoundingClientRect().top > innerHeight;
  };
  // Seen at the begin of a frame, which is what paints it; the message comes when that is done.
  do await new Promise(requestAnimationFrame); while (!there());
  await new Promise((done) => { const frame = new MessageChannel(); frame.port1.onmessage = done; frame.port2.postMessage(0); });
  return performance.now() - begin;
};

async function paints(page, office) {
  const inside = [], anew = [], whole = [];
  const start = async () => {
    await page.goto(`${office.url}/ui/#/`);
    await page.getByRole('heading', {name: 'Việc cần làm'}).waitFor();
  };
  for (let round = 0; round < rounds; ++round) {
    await start();
    inside.push(await page.evaluate(drawn, {to: address, whole: false}));
    await page.reload({waitUntil: 'commit'});
    anew.push(await page.evaluate(drawn, {to: '', whole: false}));
    await start();
    whole.push(await page.evaluate(drawn, {to: address, whole: true}));
  }
  return {inside, anew, whole};
}

// What a key costs the page's thread until the frame that shows it is done: processor time of the tasks between the two,
// from Chromium's own trace.
// Left out is the one task that no page has a part in: ten seconds after it started a page's process, Chromium has its
// allocator give memory back, once; here that would fall on a key by chance.
async function keys(page) {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const debug = await page.context().newCDPSession(page);
  const events = [];
  debug.on('Tracing.dataCollected', ({value}) => events.push(...value));
  for (const field of ['figure_100', 'items/0003-0000000a/text_1']) {
    await cell(page, field).focus();
    for (let i = 0; i < 3; ++i) await page.evaluate(frame);  // scrolling to it is no typing
    await page.evaluate(() => new Promise(requestIdleCallback));
    await debug.send('Tracing.start', {traceConfig: {includedCategories: ['toplevel', 'devtools.timeline']}, transferMode: 'ReportEvents'});
    for (let i = 0; i < keysEach; ++i) {
      await page.keyboard.press(String(i % 10));
      await page.evaluate(frame);
    }
    await page.evaluate(frame);
    const ended = new Promise((done) => debug.once('Tracing.tracingComplete', done));
    await debug.send('Tracing.end');
    await ended;
  }
  return keyCosts(events);
}

function keyCosts(events) {
  const pressed = events.filter((one) => one.name === 'EventDispatch' && one.args.data?.type === 'keydown');
  const {pid, tid} = pressed[0];
  const thread = events.filter((one) => one.pid === pid && one.tid === tid && one.ph === 'X').sort((a, b) => a.ts - b.ts);
  const tasks = thread.filter((one) => one.name === 'ThreadControllerImpl::RunTask' && !one.args.src_file?.startsWith('base/allocator/'));
  const shown = thread.filter((one) => one.name === 'Layerize');
  return pressed.map((key) => {
    const frame = shown.find((one) => one.ts > key.ts);
    const until = tasks.filter((one) => one.ts + one.dur > key.ts && one.ts <= frame.ts);
    return until.reduce((sum, one) => sum + one.tdur, 0) / 1000;
  });
}

function at(list, part) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

function bundle(page) {
  const sizes = JSON.parse(fs.readFileSync(path.join(built, `${page}_pages.json`), 'utf8'));
  return Object.values(sizes).reduce((sum, one) => sum + one.gzip, 0);
}

async function measure(t) {
  const room = new Room(t);
  const office = await largeReport(room, await room.province());
  const page = await enter(t, await openBrowser(t), office);
  const {inside, anew, whole} = await paints(page, office);
  const typed = await keys(page);
  return {
    form_paint_ms: at(inside, 0.5), form_paint_max_ms: at(inside, 1), form_paint_anew_ms: at(anew, 0.5),
    form_whole_ms: at(whole, 0.5), form_whole_max_ms: at(whole, 1),
    form_key_ms: at(typed, 0.5), form_key_max_ms: at(typed, 1),
    office_pages_bytes: bundle('office'), province_pages_bytes: bundle('province'),
  };
}

const ends = [];
try {
  const found = await measure({after: (act) => ends.push(act)});
  for (const [name, value] of Object.entries(found)) console.log(name.padEnd(28), value.toFixed(1).padStart(14));
  const [out] = process.argv.slice(2);
  const before = out && fs.existsSync(out) ? JSON.parse(fs.readFileSync(out, 'utf8')) : {};
  const rounded = Object.fromEntries(Object.entries(found).map(([name, value]) => [name, Number(value.toFixed(3))]));
  if (out) fs.writeFileSync(out, JSON.stringify({...before, ...rounded}, null, 2) + '\n');
} finally {
  for (const act of ends.reverse()) await act();
}
