// What is measured at the province, with offices that are made up: T1, T2, T3, T5, T10.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { rssKb, peakKb, cpuMs, forgetCached } = require('./province.js');
const { Caller, connect, percentile, pause, made, round } = require('./line.js');

// A long poll that the province has taken on; null when it has too much to do.
function hold(province, i) {
  const { slug, token } = province.office(i);
  const socket = connect(province, i);
  socket.write(`GET /office-${slug}/_changes?feed=longpoll&since=now&heartbeat=30000 HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
               `Authorization: Bearer ${token}\r\n\r\n`);
  return new Promise((resolve) => {
    socket.on('error', () => resolve(null));
    socket.on('close', () => resolve(null));
    socket.once('data', (bytes) => {
      if (bytes.toString().startsWith('HTTP/1.1 200')) return resolve(socket);
      socket.destroy();
    });
    socket.on('data', () => {});  // heartbeats
  });
}

async function polls(province, { agents = 10_000, seconds = 60 }) {
  province.addOffices(50);
  await province.run();
  await new Caller(province, 0, province.office(0).token).call('GET', '/reference');
  const before = rssKb(province.pid);
  const sockets = [];
  let next = 0, put_off = 0;
  await Promise.all(Array.from({ length: 64 }, async () => {
    while (next < agents) {
      const i = next++;
      let socket;
      while ((socket = await hold(province, i)) === null) {
        ++put_off;
        await pause(1000 * (1 + Math.random()));
      }
      sockets.push(socket);
    }
  }));
  await pause(5000);
  const [cpu, begun] = [cpuMs(province.pid), performance.now()];
  await pause(seconds * 1000);
  const held = sockets.filter((socket) => !socket.destroyed && socket.readyState === 'open').length;
  const after = rssKb(province.pid);
  return { held, put_off, rss_before_kb: before, rss_kb: after, kb_each: round((after - before) / held),
           cpu_percent: round((100 * (cpuMs(province.pid) - cpu)) / (performance.now() - begun)) };
}

// Each loop asks again as soon as it is answered.
async function loop(count, seconds, step) {
  const times = [], until = performance.now() + seconds * 1000;
  let failed = 0;
  await Promise.all(Array.from({ length: count }, async (_, i) => {
    for (let n = 0; performance.now() < until; ++n) {
      const answer = await step(i, n).catch(() => null);
      if (answer !== null && answer.status < 300) times.push(answer.ms);
      else ++failed;
    }
  }));
  return { times, failed };
}

// How many answers of the server's own histogram took so long, and the limit below which 99 of 100 lie.
function told(before, now_text) {
  const upto = (text) => new Map([...text.matchAll(/^tram_http_answer_seconds_bucket\{le="([^"]+)"\} ([0-9]+)$/gm)]
    .map(([, most, count]) => [most, Number(count)]));
  const [old, now] = [upto(before), upto(now_text)];
  const grown = [...now].map(([most, count]) => [most, count - old.get(most)]);
  const all = grown.at(-1)[1];
  const sum = (text) => 1000 * Number(/^tram_http_answer_seconds_sum ([0-9.]+)$/m.exec(text)[1]);
  return { answers: all, mean_ms: round((sum(now_text) - sum(before)) / all), p99_within_ms: 1000 * Number(grown.find(([, count]) => count >= 0.99 * all)[0]) };
}

// A round without news: one HEAD that begins a session, whose nonce the province makes durable (docs/protocol.md).
class Office {
  constructor(province, i) {
    const { slug, token } = province.office(i);
    this.caller = new Caller(province, i, token);
    this.path = `/office-${slug}`;
    this.instance = `load-${i}`;
    this.nonce = this.after(0);
  }
  after(number) {
    return `${number + 1}.${crypto.randomBytes(16).toString('hex')}`;
  }
  async session() {
    const next = this.after(Number(this.nonce.split('.')[0]));
    const hash = crypto.createHash('sha256').update(next).digest('hex');
    this.caller.headers['Tram-Session'] = `i=${this.instance}, n=${this.nonce}, c=${hash}, s=0`;
    const answer = await this.caller.call('HEAD', this.path);
    if (answer.status < 300) this.nonce = next;
    return answer;
  }
}

async function sessions(province, { seconds = 20, loops = 64 }) {
  province.addOffices(50);
  await province.run();
  const offices = Array.from({ length: loops }, (_, i) => new Office(province, i));
  const ask = (i) => offices[i].session();
  await loop(loops, 1, ask);
  const [cpu, own, before] = [cpuMs(province.pid), cpuMs('self'), await province.metrics()];
  const { times, failed } = await loop(loops, seconds, ask);
  const used = cpuMs(province.pid) - cpu;
  return { per_second: round(times.length / seconds), failed, p50_ms: percentile(times, 0.5), p99_ms: percentile(times, 0.99),
           server: told(before, await province.metrics()), server_cpu_us_each: round((1000 * used) / times.length),
           ...shares(used, cpuMs('self') - own, seconds) };
}

// Of one processor each: who used it up?
function shares(server_ms, load_ms, seconds) {
  return { server_cpu_percent: round(server_ms / (10 * seconds)), load_cpu_percent: round(load_ms / (10 * seconds)) };
}

// Bodies are printed before they are needed: what is measured is the province.
function pusher(province, loops, bytes) {
  const callers = Array.from({ length: loops }, (_, i) => new Caller(province, i, province.office(0).token));
  const text = JSON.stringify(made('', bytes)).slice('{"_id":""'.length);
  let batch = 0;
  return (i) => {
    const { slug, token } = province.office(batch);
    callers[i].headers.Authorization = `Bearer ${token}`;
    const docs = Array.from({ length: 100 }, (_, n) => `{"_id":"load:${batch}:${n}"${text}`);
    ++batch;
    return callers[i].send('POST', `/office-${slug}/_bulk_docs`, `{"new_edits":false,"docs":[${docs.join(',')}]}`);
  };
}

async function push(province, { seconds = 60, loops = 8, offices = 50, bytes = 2000 }) {
  province.addOffices(offices);
  await province.run();
  const send = pusher(province, loops, bytes);
  const [cpu, own, before] = [cpuMs(province.pid), cpuMs('self'), await province.metrics()];
  const { times, failed } = await loop(loops, seconds, send);
  const used = cpuMs(province.pid) - cpu;
  return { documents_per_second: round((100 * times.length) / seconds), failed, p50_ms: percentile(times, 0.5),
           p99_ms: percentile(times, 0.99), server: told(before, await province.metrics()),
           server_cpu_us_each: round((10 * used) / times.length), ...shares(used, cpuMs('self') - own, seconds),
           rss_peak_kb: peakKb(province.pid) };
}

async function herd(province, { agents = 10_000 }) {
  province.addOffices(50);
  await province.run();
  const begun = performance.now(), times = [];
  let later = 0, lost = 0;
  await Promise.all(Array.from({ length: agents }, async (_, i) => {
    const { slug, token } = province.office(i);
    const caller = new Caller(province, i, token);
    const steps = [['GET', '/', undefined], ['POST', '/_dbs_info', { keys: [`office-${slug}`] }],
                   ['POST', `/office-${slug}/_bulk_docs`, { new_edits: false, docs: [made(`herd:${i}`, 2000)] }]];
    for (const step of steps) {
      for (;;) {
        const answer = await caller.call(...step).catch(() => null);
        if (answer !== null && answer.status < 300) { times.push(answer.ms); break; }
        if (answer !== null && ![429, 503].includes(answer.status)) throw new Error(`${step[1]}: ${answer.status} ${answer.body}`);
        answer === null ? ++lost : ++later;
        await pause((1000 * Number(answer?.headers['retry-after'] ?? 1)) * (1 + Math.random() / 10));
      }
    }
    caller.close();
  }));
  return { agents, all_served_s: round((performance.now() - begun) / 1000), put_off: later, connections_lost: lost,
           admitted_p50_ms: percentile(times, 0.5), admitted_p99_ms: percentile(times, 0.99), rss_peak_kb: peakKb(province.pid) };
}

async function crash(province, { seconds = 10, times = 5 }) {
  province.addOffices(50);
  await province.run();
  const ready = [];
  for (let n = 0; n < times; ++n) {
    const load = loop(16, seconds, pusher(province, 16, 2000));
    await pause(seconds * 500);
    province.child.kill('SIGKILL');
    await load;
    const begun = performance.now();
    await province.run();
    const up = await new Caller(province, 0, '').call('GET', '/_up');
    if (up.status !== 200) throw new Error(`_up answers ${up.status}`);
    ready.push(round(performance.now() - begun));
  }
  await province.stop();
  province.command('verify');
  return { ready_ms: ready, ready_max_ms: Math.max(...ready), verify: 'sound' };
}

// A province of so many megabytes: checked, backed up, and put back into an empty folder.
async function restore(province, { megabytes = 1000, offices = 5 }) {
  province.addOffices(offices);
  await province.run();
  const send = pusher(province, 4, 2000);
  const batches = (megabytes * 1e6) / (100 * 2000);
  let sent = 0;
  await Promise.all(Array.from({ length: 4 }, async (_, i) => {
    while (sent++ < batches) await send(i);
  }));
  await province.stop();
  const result = {}, copy = path.join(province.folder, 'copy.tram');
  const timed = (name, ...words) => {
    for (const file of fs.readdirSync(province.folder, { recursive: true })) forgetCached(path.join(province.folder, file));
    const begun = performance.now();
    province.command(...words);
    result[`${name}_s`] = round((performance.now() - begun) / 1000);
  };
  result.gigabytes = round(province.bytes() / 1e9);
  timed('verify', 'verify');
  timed('backup', 'backup', copy);
  fs.rmSync(province.data, { recursive: true });
  timed('restore', 'restore', copy);
  result.verify_s_per_gb = round(result.verify_s / result.gigabytes);
  result.restore_s_per_gb = round(result.restore_s / result.gigabytes);
  return result;
}

module.exports = { polls, sessions, push, herd, crash, restore };
