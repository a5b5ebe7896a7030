// The program behind the page dies while a clerk types: the page says so, goes on, and nothing shown as saved is lost.
//
// TRAM_TYPING_MINUTES=10 lets the clerk type for so long instead of a few sentences.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openBrowser} from './browser.mjs';
import {cell, enter, openReport, saveState} from './office.mjs';
import {Room, Served, until} from './room.mjs';

const id = 'report:bm01:202406';
const minutes = Number(process.env.TRAM_TYPING_MINUTES ?? 0);
const keyMs = minutes > 0 ? 90 : 15;
const lost = 'Chương trình Trạm chưa trả lời';
const isSaved = async (page) => ['kept', 'clean'].includes(await saveState(page));

// Notes, inside the page, what stood in the field each time the page called it saved.
const watch = (area) => area.evaluate((field) => {
  const sign = document.querySelector('[data-save]');
  globalThis.shownAsSaved = '';
  const note = () => { if (['kept', 'clean'].includes(sign.dataset.save)) globalThis.shownAsSaved = field.value; };
  new MutationObserver(note).observe(sign, {attributes: true});
});
const shownAsSaved = (page) => page.evaluate(() => globalThis.shownAsSaved);

// What this PC's disk holds, told by a program at another port, which the page does not reach.
async function onDisk(room, office, field) {
  const other = new Served(room, 'tram-agent', office.data);
  await other.serve();
  const report = `${other.url}/api/v1/reports/${encodeURIComponent(id)}`;
  const draft = await (await fetch(`${report}/draft`)).json();
  const saved = (await (await fetch(report)).json()).values[field] ?? '';
  await other.stop();
  return draft?.edits.find((edit) => edit.path === field)?.text ?? saved;
}

test('the program is killed and started again twice while somebody types; every character shown as saved is there', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const office = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  await office.run('report', 'new', 'bm01', '202406');
  const page = await enter(t, await openBrowser(t), office);
  await openReport(page, id);
  const field = await page.locator('textarea[data-cell]').first().getAttribute('data-cell');
  const area = cell(page, field);
  await watch(area);

  // A clerk who types sentence after sentence, through the deaths and returns, and looks up between two of them.
  let typed = '', enough = false;
  const clerk = (async () => {
    const end = Date.now() + minutes * 60_000;
    for (let n = 1; !enough || Date.now() < end; ++n) {
      const sentence = `Câu ${n}: huyện đã tổ chức ba hội nghị về chuyển đổi số. `;
      await area.pressSequentially(sentence, {delay: keyMs});
      typed += sentence;
      await until('a word on the saving', async () => ['kept', 'clean', 'lost'].includes(await saveState(page)));
    }
  })();
  for (const death of [1, 2]) {
    const before = await shownAsSaved(page);
    const more = Math.round(minutes * 60_000 / keyMs / 4);
    await until('more to be saved', async () => (await shownAsSaved(page)).length > before.length + more, 60_000 * (1 + minutes));
    await page.locator('[data-save="typing"]').waitFor();
    await office.stop('SIGKILL');
    await page.getByText(lost).waitFor();
    const shown = (await shownAsSaved(page)).trim(), held = (await onDisk(room, office, field)).trim();
    assert.ok(shown !== '' && held.startsWith(shown), `death ${death}: shown as saved “${shown}”, on the disk “${held}”`);
    assert.equal((await shownAsSaved(page)).trim(), shown, 'nothing is called saved while nobody answers');
    await office.serve();
    await page.getByText(lost).waitFor({state: 'detached'});
    await until('more to be saved again', async () => (await shownAsSaved(page)).length > shown.length + 1);
  }
  enough = true;
  await clerk;
  await until('the page to be saved', () => isSaved(page));
  assert.equal(await area.inputValue(), typed);

  // The same text after the window was closed and opened again.
  const again = await page.context().newPage();
  await again.goto(`${office.url}/ui/#/report/${encodeURIComponent(id)}`);
  await cell(again, field).waitFor();
  assert.equal((await cell(again, field).inputValue()).trim(), typed.trim());
  await again.keyboard.press('Control+s');
  await until('one revision', async () => (await office.json('report', 'show', id)).values[field]?.trim() === typed.trim());
  const history = await office.json('report', 'history', id);
  assert.ok(history.length <= 3 + 3 * minutes, `a revision for a meaningful save, not for each key: ${history.length}`);
});
