// tests/pages/measure.mjs: how quick a large form is, in milliseconds: `node tests/pages/measure.mjs`. No test: it says
// what it found on this machine. A form of 200 fields and a list of 500 rows is published, filled in, opened and typed in.
import fs from 'node:fs';

import {openBrowser} from './browser.mjs';
import {cell, enter} from './office.mjs';
import {Room, until} from './room.mjs';

const ends = [];
const t = {after: (act) => ends.push(act)};

function madeForm() {
  const figure = (id) => ({id, label_vi: `Chỉ tiêu ${id}`, label_en: `Figure ${id}`, kind: 'count', unit: 'nhiệm vụ', schema: {type: 'integer', minimum: 0}, writer: 'office', across_units: 'sum', across_time: 'sum'});
  const text = (id) => ({id, label_vi: `Cột ${id}`, label_en: `Column ${id}`, kind: 'text', schema: {type: 'string', maxLength: 300}, writer: 'office', across_units: 'same', across_time: 'latest'});
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

try {
  const room = new Room(t);
  const province = await room.province();
  fs.writeFileSync(room.file('form.json'), JSON.stringify(madeForm()));
  await province.run('publish', room.file('form.json'));
  const office = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  await until('the form', async () => (await (await fetch(`${office.url}/api/v1/forms`)).json()).some((one) => one.code === 'bm90'));
  await office.run('report', 'new', 'bm90', '2024Q2');
  const edits = [];
  for (let i = 1; i <= 500; ++i) {
    const row = `items/${String(i).padStart(4, '0')}-0000000a`;
    edits.push({path: row, row: 'add'}, {path: `${row}/text_0`, text: `Mục thứ ${i}`}, {path: `${row}/amount`, text: String(i)});
  }
  const saved = await fetch(`${office.url}/api/v1/reports/report%3Abm90%3A2024Q2/save`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({edits})});
  if (!saved.ok) throw new Error(await saved.text());
  const page = await enter(t, await openBrowser(t), office);
  const address = '#/report/report%3Abm90%3A2024Q2';
  const paints = [];
  for (let round = 0; round < 5; ++round) {
    await page.evaluate(() => { location.hash = '#/'; });
    await page.getByRole('heading', {name: 'Việc cần làm'}).waitFor();
    paints.push(await page.evaluate(async (to) => {
      const begin = performance.now();
      location.hash = to;
      while (!document.querySelector('.sheet [data-cell]')) await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return performance.now() - begin;
    }, address));
  }
  // Each key: from the event to the end of the frame's work, without the browser's own painting.
  const keys = [];
  for (const field of ['figure_100', 'items/0003-0000000a/text_1']) {
    await cell(page, field).focus();
    await page.evaluate(() => {
      globalThis.keyTimes = [];
      const input = document.activeElement;
      addEventListener('beforeinput', () => { const at = performance.now(); const done = new MessageChannel(); done.port1.onmessage = () => globalThis.keyTimes.push(performance.now() - at); input.addEventListener('input', () => done.port2.postMessage(0), {once: true}); }, true);
    });
    await page.keyboard.type('1234567890'.repeat(5), {delay: 25});
    keys.push(...await page.evaluate(() => globalThis.keyTimes));
  }
  const sorted = (list) => [...list].sort((a, b) => a - b);
  const at = (list, part) => sorted(list)[Math.min(list.length - 1, Math.floor(list.length * part))].toFixed(1);
  console.log(JSON.stringify({first_paint_ms_median: Number(at(paints, 0.5)), first_paint_ms_worst: Number(at(paints, 1)), key_ms_median: Number(at(keys, 0.5)), key_ms_p99: Number(at(keys, 0.99)), key_ms_worst: Number(at(keys, 1)), keys: keys.length}));
} finally {
  for (const act of ends.reverse()) await act();
}
