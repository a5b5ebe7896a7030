// A page of another origin in the browser of a clerk who is signed in, on the same PC.
import assert from 'node:assert/strict';
import http from 'node:http';
import {test} from 'node:test';

import {openBrowser} from './browser.mjs';
import {enter} from './office.mjs';
import {Room} from './room.mjs';

test('a hostile page can neither read nor write nor frame the page of a clerk who is signed in', async (t) => {
  const room = new Room(t);
  const province = await room.province();
  const office = await room.office(province, 'vn-56-575', 'Huyện Khánh Sơn');
  await office.serve();
  await office.run('report', 'new', 'bm02', '2024Q2');
  const evil = http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>evil</title><body></body>');
  });
  await new Promise((ready) => evil.listen(0, '127.0.0.1', ready));
  t.after(() => { evil.closeAllConnections(); evil.close(); });
  const browser = await openBrowser(t);
  const clerk = await enter(t, browser, office);
  const page = await clerk.context().newPage();
  // localhost and 127.0.0.1 are two sites, two ports of one host are one site: both are tried.
  for (const host of ['127.0.0.1', 'localhost']) {
    await page.goto(`http://${host}:${evil.address().port}/`);
    const told = await page.evaluate(async (url) => {
      const tries = {
        read: () => fetch(`${url}/api/v1/reports`, {credentials: 'include'}).then((answer) => answer.text()),
        begin: () => fetch(`${url}/api/v1/reports`, {method: 'POST', credentials: 'include', mode: 'no-cors', body: '{"form":"bm05","period":"2024Q2"}'}).then((answer) => answer.type),
        json: () => fetch(`${url}/api/v1/reports`, {method: 'POST', credentials: 'include', headers: {'Content-Type': 'application/json'}, body: '{"form":"bm05","period":"2024Q2"}'}).then((answer) => answer.text()),
        erase: () => fetch(`${url}/api/v1/reports/report%3Abm02%3A2024Q2`, {method: 'DELETE', credentials: 'include'}).then((answer) => answer.text()),
        script: () => new Promise((resolve, reject) => {
          const script = document.createElement('script');
          script.src = `${url}/api/v1/reports`;
          script.onload = () => resolve('loaded');
          script.onerror = () => reject(new Error('refused'));
          document.head.append(script);
        }),
      };
      const all = {};
      for (const [name, act] of Object.entries(tries)) all[name] = await act().catch((error) => `failed: ${error.message}`);
      const form = document.createElement('form');
      form.action = `${url}/api/v1/reports`;
      form.method = 'post';
      form.target = 'frame';
      const frame = document.createElement('iframe');
      frame.name = 'frame';
      document.body.append(frame, form);
      await new Promise((done) => { frame.onload = done; form.submit(); });
      frame.src = `${url}/ui/`;
      await new Promise((done) => { frame.onload = done; });
      try { all.framed = frame.contentDocument ? 'blank' : 'foreign'; } catch { all.framed = 'foreign'; }
      return all;
    }, office.url);
    for (const name of ['read', 'json', 'erase', 'script']) assert.match(told[name], /^failed/, `${host} ${name}: ${told[name]}`);
    const inner = page.frames().find((frame) => frame !== page.mainFrame());
    assert.equal(await inner.locator('#app').count().catch(() => 0), 0, 'the page is not shown in a frame');
  }
  const reports = (await office.json('report', 'list')).map((one) => one.id);
  assert.deepEqual(reports, ['report:bm02:2024Q2']);
  // Under a name of its own that leads here, the hostile page is not our Host.
  const rebound = await new Promise((resolve, reject) => {
    http.get({host: '127.0.0.1', port: office.port, path: '/api/v1/reports', headers: {Host: `evil.example:${office.port}`}}, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject);
  });
  assert.equal(rebound, 403);
});
