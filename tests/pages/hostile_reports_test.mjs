// F42: an office, or whoever sits at its PC, puts script into what it types and attaches.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {test} from 'node:test';

import {openBrowser} from './browser.mjs';
import {cell, enter, openReport} from './office.mjs';
import {addPerson, figures, report, sent, signIn, typed} from './province_people.mjs';
import {Room} from './room.mjs';

const script = '<img src=x onerror="window.stolen=1"><script>window.stolen=1</script><svg onload="window.stolen=1">';
const html = `<!doctype html><script>window.stolen=1; window.opener && (window.opener.stolen=1)</script>${script}`;
const files = {'trang.html': html, 'ảnh.svg': '<svg xmlns="http://www.w3.org/2000/svg"><script>window.stolen=1</script></svg>', '<img src=x onerror=stolen=1>.htm': html};

async function furnish(t) {
  const room = new Room(t);
  const province = await room.province();
  await addPerson(room, province, 'minh.nv', 'officer', script);
  const office = await room.office(province, 'vn-56-575', `Huyện ${script}`);
  await office.serve();
  await typed(office, report, figures);
  await office.run('report', 'set', report, '--remark', `rad_xray_count=${script}`, '--by', script);
  for (const [name, text] of Object.entries(files)) {
    fs.writeFileSync(room.file('tệp'), text);
    await office.run('report', 'attach', report, room.file('tệp'), '--name', name, '--type', name.endsWith('svg') ? 'image/svg+xml' : 'text/html');
  }
  await sent(office, report);
  return {province, office};
}

// What was planted runs nowhere: not where it is shown, and not where it is opened.
async function holds(page) {
  for (const one of page.context().pages()) assert.equal(await one.evaluate(() => window.stolen), undefined, one.url());
  for (const tag of ['img[onerror]', 'svg[onload]']) assert.equal(await page.locator(tag).count(), 0, `${tag} became part of the page`);
}

async function downloads(page) {
  for (const [name, text] of Object.entries(files)) {
    const link = page.getByRole('link', {name, exact: true});
    const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
    assert.equal(fs.readFileSync(await file.path(), 'utf8'), text);
    const url = await link.evaluate((one) => one.href);
    // The address alone, as somebody is sent it who is signed in: a download too, never a page.
    const answer = await page.request.get(url);
    assert.match(answer.headers()['content-disposition'], /^attachment/, url);
    assert.equal(answer.headers()['x-content-type-options'], 'nosniff', url);
    assert.match(answer.headers()['content-security-policy'], /sandbox/, url);
    const opened = await page.context().newPage();
    await assert.rejects(opened.goto(url), /Download is starting|ERR_ABORTED/);
    await opened.close();
  }
}

test('F42: script in names, remarks and files is text to the officer who looks at the report', async (t) => {
  const {province} = await furnish(t);
  const page = await signIn(t, await openBrowser(t), province, 'minh.nv');
  await holds(page);
  await page.goto(`${province.url}/ui/#/review/vn-56-575/${encodeURIComponent(report)}`);
  await page.getByRole('heading', {level: 1, name: `Huyện ${script}`}).waitFor();
  await page.getByText(script).first().waitFor();
  await downloads(page);
  await holds(page);
});

test('F42: script in remarks and files is text to the clerk who opens the report', async (t) => {
  const {office} = await furnish(t);
  const page = await enter(t, await openBrowser(t), office);
  await openReport(page, report);
  await cell(page, 'rad_xray_count').focus();
  await downloads(page);
  await holds(page);
});
