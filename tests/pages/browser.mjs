// tests/pages/browser.mjs: Debian's Chromium, screenshots into build/screens, and axe-core.
import fs from 'node:fs';
import path from 'node:path';

import {require, root} from './modules.mjs';

const {chromium} = require('playwright-core');
const axeSource = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const screens = path.join(root, 'build/screens');

export const wide = {width: 1366, height: 768};
export const narrow = {width: 390, height: 844};

// A browser that ends with the test. TRAM_CHROMIUM names another than Debian's.
export async function openBrowser(t) {
  const browser = await chromium.launch({
    executablePath: process.env.TRAM_CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'],
  });
  t.after(() => browser.close());
  return browser;
}

// A page of a person of its own (cookies, storage); what it says wrong on the console fails the test.
export async function openPage(t, browser, url, options = {}) {
  const context = await browser.newContext({viewport: wide, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh', colorScheme: 'light', ...options});
  context.setDefaultTimeout(20_000);
  // Pages that are being worked on, from the folders that web/build.mjs wrote, instead of those in the programs.
  const fresh = process.env.TRAM_FRESH_PAGES;
  if (fresh) {
    await context.route('**/ui/**', async (route) => {
      const name = path.basename(new URL(route.request().url()).pathname);
      if (name !== 'ui') return route.fulfill({path: path.join(fresh, name.startsWith('office') ? 'office' : 'province', name)});
      const page = (await (await route.fetch()).text()).match(/\/ui\/(office|province)-/)[1];
      return route.fulfill({path: path.join(fresh, page, 'index.html')});
    });
  }
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/.test(message.text())) page.faults.push(message.text());
  });
  t.after(() => { if (page.faults.length > 0) throw new Error(`the page failed: ${page.faults.join('\n')}`); });
  if (url) await page.goto(url);
  return page;
}

// Words for what makes the page too wide for its window; empty: nothing.
export const overflow = (page) => page.evaluate(tooWide);

// What makes the page wider than its window; runs in the page.
function tooWide() {
  const {scrollWidth, clientWidth} = document.documentElement;
  if (scrollWidth <= clientWidth) return '';
  const scrolls = (one) => one && (getComputedStyle(one).overflowX !== 'visible' || scrolls(one.parentElement));
  const beyond = [...document.querySelectorAll('#app *')].filter((one) => one.getBoundingClientRect().right > clientWidth && !scrolls(one.parentElement.closest('#app *')));
  const names = beyond.map((one) => `${one.tagName.toLowerCase()}.${one.getAttribute('class') ?? ''}`);
  return `${scrollWidth - clientWidth} px too wide, by ${names.slice(-4).join(', ') || 'what scrolls'}`;
}

// build/screens/NAME-{wide,narrow}-{light,dark}.png; the page is as it was afterwards. Nothing may be wider than the page.
export async function screenshots(page, name) {
  fs.mkdirSync(screens, {recursive: true});
  await page.locator('.toast').first().waitFor({state: 'detached'});
  const before = page.viewportSize();
  const overflowing = [];
  for (const [size, viewport] of Object.entries({wide, narrow})) {
    await page.setViewportSize(viewport);
    await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); for (const one of document.querySelectorAll('.scroll')) one.scrollTo(0, 0); });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({colorScheme});
      await page.evaluate(() => document.fonts.ready.then(() => new Promise(requestAnimationFrame)));
      await page.screenshot({path: path.join(screens, `${name}-${size}-${colorScheme}.png`), fullPage: true});
    }
    const over = await overflow(page);
    if (over) overflowing.push(`${name} at ${viewport.width}: ${over}`);
  }
  await page.emulateMedia({colorScheme: 'light'});
  await page.setViewportSize(before);
  if (overflowing.length > 0) throw new Error(overflowing.join('; '));
}

// What axe-core finds serious or critical, in words (run through the debugger, so the page's policy stays as it is), and
// what can be done by mouse alone.
export async function faults(page) {
  await page.evaluate(axeSource);
  const {violations} = await page.evaluate(() => globalThis.axe.run(document, {resultTypes: ['violations']}));
  const mouseOnly = await page.evaluate(() => [...document.querySelectorAll('main :is(button, a, input, select, textarea, summary), main [onclick]')]
    .filter((one) => one.tabIndex < 0 && !one.disabled && !one.hasAttribute('aria-keyshortcuts')).map((one) => `no key for: ${one.outerHTML.slice(0, 120)}`));
  return mouseOnly.concat(violations.filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.target.join(' ') + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`));
}
