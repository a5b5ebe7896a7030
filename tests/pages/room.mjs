// tests/pages/room.mjs: a room with a province, offices' PCs and bad lines: the real programs, each in a folder of its
// own, on free loopback ports, ended with the room.
import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';

import {root} from './modules.mjs';

const bin = process.env.TRAM_BIN || path.join(root, 'build/release/bin');
const patienceMs = 60_000;
export const password = 'mật khẩu / 12345';

// Until `ask` answers something true; its answer.
export async function until(what, ask, ms = patienceMs) {
  const deadline = Date.now() + ms;
  for (let pause = 10; Date.now() < deadline; pause = Math.min(pause * 2, 200)) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((go) => setTimeout(go, pause));
  }
  throw new Error(`waited too long for: ${what}`);
}

export class Room {
  #children = new Set();
  #closers = [];
  #names = 0;

  // t: the context of a test of node:test, which ends the room.
  constructor(t) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tram-pages-'));
    t.after(() => this.close());
  }

  onClose(act) { this.#closers.push(act); }

  async close() {
    for (const act of this.#closers.reverse()) await act();
    for (const child of this.#children) child.kill('SIGKILL');
    fs.rmSync(this.folder, {recursive: true, force: true, maxRetries: 5});
  }

  file(name) { return path.join(this.folder, name); }

  // Runs a command to its end; its standard output.
  async run(program, ...args) {
    return (await promisify(execFile)(path.join(bin, program), args, {encoding: 'utf8', timeout: patienceMs})).stdout;
  }

  // Starts a program and waits for a line of its output; what the pattern caught.
  async start(program, args, pattern) {
    const child = spawn(path.join(bin, program), args, {stdio: ['pipe', 'pipe', 'pipe']});
    this.#children.add(child);
    child.on('exit', () => this.#children.delete(child));
    let said = '';
    let log = '';
    child.stdout.on('data', (text) => { said += text; });
    child.stderr.on('data', (text) => { log = (log + text).slice(-5000); });
    const caught = await until(`${program} to start`, () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${program} ended (${child.exitCode ?? child.signalCode}): ${log}`);
      return said.match(pattern);
    });
    return {child, caught, log: () => log};
  }

  async province() {
    const data = this.file('province');
    fs.writeFileSync(this.file('password'), `${password}\n`);
    await this.run('tram-server', 'init', '--data', data, '--province', 'Khánh Hòa', '--admin-password-file', this.file('password'));
    const province = new Served(this, 'tram-server', data);
    await province.serve();
    return province;
  }

  // A bad line to a port, told what to do by tell('cut') and its like (tests/chaos_proxy).
  async line(port) {
    const {caught} = await this.start('tram-chaos-proxy', [String(port), '--control', '0'],
                                      /http:\/\/127\.0\.0\.1:(\d+)[^]*control on 127\.0\.0\.1:(\d+)/);
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
    return {port: Number(caught[1]), tell};
  }

  // An office known at the province, and its PC; `through`: the line it uses, otherwise straight.
  async office(province, slug, name, through) {
    const token = (await province.run('office', 'add', slug, '--name', name)).trim().split('\n').pop();
    return this.pc(slug, token, through?.port ?? province.port);
  }
  // One more PC of an office.
  async pc(slug, token, port) {
    const data = this.file(`pc-${++this.#names}`);
    await this.run('tram-agent', 'init', '--data', data, '--server', `http://127.0.0.1:${port}`, '--office', slug, '--token', token);
    const office = new Served(this, 'tram-agent', data);
    office.token = token;
    office.slug = slug;
    return office;
  }
}

// A program with its data folder, and the daemon on it.
export class Served {
  constructor(room, program, data) { Object.assign(this, {room, program, data, port: 0}); }

  // On the port it had before, if any.
  async serve() {
    const {child, caught, log} = await this.room.start(
      this.program, ['run', '--data', this.data, '--listen', `127.0.0.1:${this.port}`], /listening on http:\/\/127\.0\.0\.1:(\d+)/);
    this.child = child;
    this.log = log;
    this.port = Number(caught[1]);
  }
  async stop(signal = 'SIGTERM') {
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
  run(...args) { return this.room.run(this.program, ...args, '--data', this.data); }
  async json(...args) { return JSON.parse(await this.run(...args, '--json')); }
  get url() { return `http://127.0.0.1:${this.port}`; }
}
