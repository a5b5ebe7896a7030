// tests/interop/room.js: a room with the real programs in it: a province, an office's PC, a bad line between them, a
// pouchdb-server. Everything lives in a folder of its own, listens on loopback and is ended with the room.
'use strict';

const { execFile, spawn } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const PouchDB = require('pouchdb')
  .plugin(require('pouchdb-adapter-memory'))
  .plugin(require('pouchdb-find'));

const BIN = process.env.TRAM_BIN || path.join(__dirname, '../../build/release/bin');
const PATIENCE_MS = 60000;
// The parts of a pouchdb-server that has accounts.
const SESSIONS = {
  include: ['routes/find', 'config-infrastructure', 'logging-infrastructure', 'routes/authentication', 'routes/session'],
  exclude: ['routes/session-stub'],
};
const PASSWORD = 'mật khẩu / 12345';

// Until `ask` answers something true; its answer.
async function until(what, ask) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let pause = 5; Date.now() < deadline; pause = Math.min(pause * 2, 100)) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((go) => setTimeout(go, pause));
  }
  throw new Error(`waited too long for: ${what}`);
}

class Room {
  constructor(t) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tram-interop-'));
    this.children = [];
    this.closers = [];
    this.names = 0;
    t.after(() => this.close());
  }

  async close() {
    for (const close of this.closers.reverse()) await close();
    for (const child of this.children) child.kill('SIGKILL');
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  file(name) {
    return path.join(this.folder, name);
  }

  // Runs a command to its end; its standard output.
  async run(program, ...args) {
    return (await promisify(execFile)(path.join(BIN, program), args, { encoding: 'utf8', timeout: PATIENCE_MS })).stdout;
  }

  // Starts a program and waits for a line of its output; what the pattern caught.
  async start(program, args, pattern) {
    const child = spawn(path.join(BIN, program), args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.children.push(child);
    let said = '';
    let log = '';
    child.stdout.on('data', (text) => (said += text));
    child.stderr.on('data', (text) => (log = (log + text).slice(-5000)));
    const caught = await until(`${program} to start`, () => {
      if (child.exitCode !== null) throw new Error(`${program} ended: ${log}`);
      return said.match(pattern);
    });
    return { child, caught };
  }

  async province() {
    const data = this.file('province');
    fs.writeFileSync(this.file('password'), `${PASSWORD}\n`);
    await this.run('tram-server', 'init', '--data', data, '--province', 'Khánh Hòa', '--admin-password-file', this.file('password'));
    const { child, caught } = await this.start(
      'tram-server', ['run', '--data', data, '--listen', '127.0.0.1:0'], /listening on http:\/\/127\.0\.0\.1:(\d+)/);
    return new Province(this, data, child, Number(caught[1]));
  }

  // A bad line to a port, told what to do by `tell('cut')` and its like.
  async line(port) {
    const { child, caught } = await this.start(
      'tram-chaos-proxy', [String(port), '--control', '0'], /http:\/\/127\.0\.0\.1:(\d+)[^]*control on 127\.0\.0\.1:(\d+)/);
    const tell = (command) => new Promise((resolve, reject) => {
      const control = net.connect(Number(caught[2]), '127.0.0.1', () => control.write(`${command}\n`));
      let answer = '';
      control.on('error', reject);
      control.on('data', (text) => {
        answer += text;
        if (!answer.includes('\n')) return;
        control.end();
        if (answer.startsWith('error')) reject(new Error(answer));
        else resolve(answer.trim());
      });
    });
    return { port: Number(caught[1]), tell, child };
  }

  // The real pouchdb-server of the registry, in this process, its databases in memory; with accounts and sessions where
  // asked. What it is asked is in `log`.
  async pouchdbServer({ sessions = false } = {}) {
    const express = require('express');
    const folder = this.file('pouchdb-server');
    fs.mkdirSync(folder);
    const app = express();
    const log = [];
    app.use((request, _, next) => {
      const { cookie = '', authorization = '' } = request.headers;
      log.push({ method: request.method, path: request.path, cookie: cookie.includes('AuthSession='), basic: authorization.startsWith('Basic ') });
      next();
    });
    const Memory = PouchDB.defaults({ adapter: 'memory', prefix: `${this.folder}/` });
    app.use('/', require('express-pouchdb')(Memory, {
      mode: 'minimumForPouchDB',
      overrideMode: sessions ? SESSIONS : { include: ['routes/find'] },
      inMemoryConfig: true,
      logPath: path.join(folder, 'log.txt'),
    }));
    const server = http.createServer(app);
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
    this.closers.push(() => new Promise((closed) => {
      server.close(closed);
      server.closeAllConnections();
    }));
    return { port: server.address().port, PouchDB: Memory, log };
  }

  // A PC of an office that replicates with `url`.
  async office(url, slug, token) {
    const data = this.file(`pc-${++this.names}`);
    await this.run('tram-agent', 'init', '--data', data, '--server', url, '--office', slug, '--token', token);
    return new Office(this, data, slug);
  }

  // An empty PouchDB of this process.
  pouch() {
    return new PouchDB(`${this.folder}/pouch-${++this.names}`, { adapter: 'memory' });
  }
}

class Province {
  constructor(room, data, child, port) {
    Object.assign(this, { room, data, child, port });
  }

  url(port = this.port) {
    return `http://127.0.0.1:${port}`;
  }

  address(name, { port = this.port, user = 'admin', password = PASSWORD } = {}) {
    const credential = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return `http://${credential}@127.0.0.1:${port}/${encodeURIComponent(name)}`;
  }

  // A plain database through PouchDB's http adapter, made by its first use.
  database(name, options = {}) {
    return new PouchDB(this.address(name, options), options.pouch || {});
  }

  // The same over a bad line. PouchDB brings node-fetch 2, which waits for ever where a body ends early without a reset;
  // Node's own fetch fails then, as a browser's does. What fails in PouchDB's info() reaches nobody: it is asked again.
  databaseOver(line, name) {
    const whole = async (address, options) => {
      const answer = await fetch(address, options);
      return new Response(await answer.arrayBuffer(), { status: answer.status, headers: answer.headers });
    };
    const over = (address, options) => (String(address).endsWith(`/${name}/`)
      ? whole(address, options).catch(() => whole(address, options))
      : fetch(address, options));
    return this.database(name, { port: line.port, pouch: { skip_setup: true, fetch: over } });
  }

  async addOffice(slug) {
    const said = await this.room.run('tram-server', 'office', 'add', slug, '--name', slug, '--data', this.data);
    return said.trim().split('\n').pop();
  }

  // A request as the administrator; {status, headers, text, body}.
  async request(method, target, { body, headers = {}, user = 'admin', password = PASSWORD, port = this.port } = {}) {
    const is_json = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
    const answer = await fetch(this.url(port) + target, {
      method,
      redirect: 'manual',
      headers: {
        ...(user ? { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: is_json ? JSON.stringify(body) : body,
    });
    const text = await answer.text();
    let parsed;
    try {
      parsed = JSON.parse(text);
    } catch {
      parsed = undefined;
    }
    return { status: answer.status, headers: answer.headers, text, body: parsed };
  }
}

class Office {
  constructor(room, data, slug) {
    Object.assign(this, { room, data, slug });
  }

  run(...args) {
    return this.room.run('tram-agent', ...args, '--data', this.data);
  }

  async status() {
    return JSON.parse(await this.run('status', '--json'));
  }

  // Starts the daemon with the local protocol on, for pages of these origins too; the database that other programs on
  // the PC see. Its address, with the credential, is in `local`.
  async serve({ origins = [] } = {}) {
    const free = await new Promise((found) => {
      const probe = net.createServer().listen(0, '127.0.0.1', () => {
        const { port } = probe.address();
        probe.close(() => found(port));
      });
    });
    const config = this.room.file(`agent-${free}.toml`);
    fs.writeFileSync(config, `[local_api]\ncouchdb = true\ncouchdb_listen = "127.0.0.1:${free}"\n` +
      `user = "app"\npassword = "mười hai ký tự"\norigins = ${JSON.stringify(origins)}\n`);
    const { child } = await this.room.start('tram-agent',
      ['run', '--data', this.data, '--listen', '127.0.0.1:0', '--config', config], /listening on http/);
    this.child = child;
    const credential = `app:${encodeURIComponent('mười hai ký tự')}`;
    this.local = `http://${credential}@127.0.0.1:${free}/office-${this.slug}`;
    return new PouchDB(this.local, { skip_setup: true });
  }
}

// Everything that a database holds, in a form that two equal databases share: of each document its winner, and every
// leaf with its history, content and attachments.
async function exported(db) {
  const [feed, winners] = [
    await db.changes({ since: 0, style: 'all_docs', batch_size: 5000 }),
    await db.changes({ since: 0, batch_size: 5000 }),
  ];
  const wanted = feed.results.flatMap((row) => row.changes.map(({ rev }) => ({ id: row.id, rev })));
  const whole = {};
  for (const row of winners.results) {
    whole[row.id] = { winner: row.changes[0].rev, deleted: row.deleted === true, leaves: {} };
  }
  for (let at = 0; at < wanted.length; at += 500) {
    const { results } = await db.bulkGet({ docs: wanted.slice(at, at + 500), revs: true, attachments: true });
    for (const { id, docs } of results) {
      for (const { ok, error } of docs) {
        if (!ok) throw new Error(`a leaf of ${id} cannot be read: ${JSON.stringify(error)}`);
        whole[id].leaves[ok._rev] = content(ok);
      }
    }
  }
  return sorted(whole);
}

function content(doc) {
  const { _id, _rev, _attachments, ...rest } = doc;
  const attachments = {};
  for (const [name, { content_type, data }] of Object.entries(_attachments || {})) {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data, 'base64');
    attachments[name] = { content_type, length: bytes.length, sha256: crypto.createHash('sha256').update(bytes).digest('hex') };
  }
  return { ...rest, attachments };
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

// A deterministic source of chance.
function chance(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

const hex = (n) => n.toString(16).padStart(32, '0');

module.exports = { Room, PouchDB, exported, until, chance, hex, PASSWORD, PATIENCE_MS };
