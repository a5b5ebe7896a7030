// The program behind the page dies while a clerk types: the page says so, goes on, and nothing shown as saved is lost.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openBrowser} from './browser.mjs';
import {cell, enter, openReport, saveState} from './office.mjs';
import {Room, until} from './room.mjs';

test('the program is killed and started again twice while somebody types; every character shown as saved is there', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const office = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  await office.run('report', 'new', 'bm01', '202406');
  const page = await enter(t, await openBrowser(t), office);
  await openReport(page, 'report:bm01:202406');
  const field = await page.locator('textarea[data-cell]').first().getAttribute('data-cell');
  const area = cell(page, field);
  let typed = '';
  const type = async (text) => {
    await area.pressSequentially(text, {delay: 3});
    typed += text;
  };
  await type('Huyện đã tổ chức ba hội nghị. ');
  await until('to be saved', async () => ['kept', 'clean'].includes(await saveState(page)));

  for (const sentence of ['Lần thứ nhất mất điện giữa chừng. ', 'Lần thứ hai cũng vậy, đang gõ dở. ']) {
    await type(sentence.slice(0, 12));
    const shown = await saveState(page);
    const before = typed;
    await office.stop('SIGKILL');
    await type(sentence.slice(12));
    await page.getByText('Chương trình Trạm chưa trả lời').waitFor();
    assert.notEqual(await saveState(page), 'kept');
    assert.notEqual(await saveState(page), 'clean');
    await office.serve();
    if (shown === 'kept') {
      const draft = await (await fetch(`${office.url}/api/v1/reports/report%3Abm01%3A202406/draft`)).json();
      assert.ok(draft.edits.some((edit) => edit.text?.startsWith(before.trim())), 'what was shown as saved is on the disk');
    }
    await until('the page to be saved again', async () => ['kept', 'clean'].includes(await saveState(page)));
    await page.getByText('Chương trình Trạm chưa trả lời').waitFor({state: 'detached'});
    assert.equal(await area.inputValue(), typed);
  }

  // The same text after the window was closed and opened again, without any revision yet.
  const again = await page.context().newPage();
  await again.goto(`${office.url}/ui/#/report/${encodeURIComponent('report:bm01:202406')}`);
  await cell(again, field).waitFor();
  assert.equal((await cell(again, field).inputValue()).trim(), typed.trim());
  await again.keyboard.press('Control+s');
  await until('one revision', async () => {
    const {values} = await office.json('report', 'show', 'report:bm01:202406');
    return values[field] === typed.trim();
  });
  const history = await office.json('report', 'history', 'report:bm01:202406');
  assert.ok(history.length <= 4, `a revision for a meaningful save, not for each key: ${history.length}`);
});
