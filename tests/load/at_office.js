// What is measured at the office's PC, with the real program: T6, T8.
'use strict';
const net = require('node:net');
const fs = require('node:fs');
const { start, rssKb, cpuMs, forgetCached } = require('./province.js');
const { Caller, percentile, pause, made, round } = require('./line.js');

const report = 'report:bm11:2021', field = 'tbt_articles_count';

async function visible(province, { times = 50 }) {
  province.addOffices(1);
  await province.run();
  const [first, second] = [await province.runAgent('first'), await province.runAgent('second')];
  province.agent(['report', 'new', 'bm11', '2021'], first.data);
  const seen = async (value) => {
    for (const until = performance.now() + 60_000; performance.now() < until; await pause(5)) {
      const got = await fetch(`${second.url}/api/v1/reports/${report}`);
      if (got.ok && (await got.text()).includes(`"${field}":${value}`)) return;
    }
    throw new Error(`${value} did not come`);
  };
  const took = [];
  for (let n = 1; n <= times; ++n) {
    province.agent(['report', 'set', report, `${field}=${n}`], first.data);
    const saved = performance.now();
    await seen(n);
    took.push(performance.now() - saved);
  }
  return { times, p50_ms: percentile(took, 0.5), p99_ms: percentile(took, 0.99) };
}

// A line between the agent and the province that counts bytes, both directions together.
function countingLine(port) {
  const line = { bytes: 0 };
  const server = net.createServer((near) => {
    const far = net.connect(port, '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]]) {
      from.on('data', (bytes) => { line.bytes += bytes.length; to.write(bytes); });
      from.on('close', () => to.destroy());
      from.on('error', () => {});
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(Object.assign(line, { server, port: server.address().port }))));
}

async function requests(province) {
  return Number(/^tram_http_requests_total ([0-9]+)$/m.exec(await province.metrics())[1]);
}

async function idle(province, { seconds = 60 }) {
  province.addOffices(1);
  await province.run();
  const line = await countingLine(province.port);
  const pc = await province.runAgent('pc', line.port);
  province.agent(['report', 'new', 'bm11', '2021'], pc.data);
  for (let n = 1; n <= 3; ++n) {
    province.agent(['report', 'set', report, `${field}=${n}`], pc.data);
    await pause(3000);
  }
  const quiet = { bytes: line.bytes, cpu: cpuMs(pc.pid), at: performance.now() };
  await pause(seconds * 1000);
  const ms = performance.now() - quiet.at;
  const result = { rss_kb: rssKb(pc.pid), cpu_percent: round((100 * (cpuMs(pc.pid) - quiet.cpu)) / ms),
                   idle_kb_per_hour: round(((line.bytes - quiet.bytes) / 1000) * (3_600_000 / ms)) };
  const before = { bytes: line.bytes, requests: await requests(province) };
  province.agent(['report', 'set', report, `${field}=9`], pc.data);
  await pause(3000);
  const counted = (await requests(province)) - before.requests - 1;  // less the question itself
  line.server.close();
  return { ...result, changed_report_bytes: line.bytes - before.bytes, changed_report_requests: counted };
}

// The office has many documents; its program is started again, with its files in memory and with none of them there.
async function startup(province, { documents = 100_000, times = 3 }) {
  province.addOffices(1);
  await province.run();
  const { slug, token } = province.office(0);
  const caller = new Caller(province, 0, token);
  for (let n = 0; n < documents; n += 500) {
    const docs = Array.from({ length: Math.min(500, documents - n) }, (_, i) => made(`load:${n + i}`, 1000));
    await caller.call('POST', `/office-${slug}/_bulk_docs`, { new_edits: false, docs });
  }
  const data = province.joins('pc');
  province.agent(['sync'], data);  // the first round brings all
  let pc = await start('tram-agent', ['run', '--data', data, '--listen', '127.0.0.1:0']);
  const result = { documents, warm_ms: [], cold_ms: [] };
  for (let n = 0; n < 2 * times; ++n) {
    pc.child.kill('SIGTERM');
    await new Promise((resolve) => pc.child.on('exit', resolve));
    const cold = n >= times;
    if (cold) fs.readdirSync(data).forEach((file) => forgetCached(`${data}/${file}`));
    pc = await start('tram-agent', ['run', '--data', data, '--listen', '127.0.0.1:0']);
    result[cold ? 'cold_ms' : 'warm_ms'].push(round(pc.ready_ms));
  }
  const { sequence } = JSON.parse(province.agent(['status', '--json'], data));
  return { ...result, sequence, rss_kb: rssKb(pc.pid) };
}

module.exports = { visible, idle, startup };
