// A tram-server of its own in a temporary folder with some offices, and what the kernel says of a process.
'use strict';
const { spawn, execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const bin = process.env.TRAM_BIN || path.join(__dirname, '../../build/release/bin');
const running = new Set();

// Started and waited for until it says where it listens.
function start(program, words) {
  const child = spawn(path.join(bin, program), words, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  child.on('exit', () => running.delete(child));
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    let said = '';
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
    child.stdout.on('data', (bytes) => {
      said += bytes;
      const found = /listening on (http:\/\/([0-9.]+):([0-9]+))/.exec(said);
      if (found) resolve({ child, pid: child.pid, url: found[1], port: Number(found[3]), ready_ms: performance.now() - begun });
    });
  });
}

function stopAll() {
  for (const child of running) child.kill('SIGKILL');
}

class Province {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tram-load-'));
    this.data = path.join(this.folder, 'province');
    this.tokens = new Map();
    this.command('init', '--province', 'Khánh Hòa');
  }
  command(...words) {
    return execFileSync(path.join(bin, 'tram-server'), [...words, '--data', this.data]).toString();
  }
  addOffices(count) {
    for (let i = 0; i < count; ++i) {
      const slug = `load-${String(i).padStart(3, '0')}`;
      this.tokens.set(slug, this.command('office', 'add', slug, '--name', `Huyện ${i}`).trim().split('\n').pop());
    }
  }
  async run() {
    Object.assign(this, await start('tram-server', ['run', '--data', this.data, '--listen', '127.0.0.1:0']));
  }
  office(i) {
    const slugs = [...this.tokens.keys()];
    const slug = slugs[i % slugs.length];
    return { slug, token: this.tokens.get(slug) };
  }
  agent(words, data) {
    return execFileSync(path.join(bin, 'tram-agent'), [...words, '--data', data]).toString();
  }
  async runAgent(name, port = this.port) {
    const { slug, token } = this.office(0);
    const data = path.join(this.folder, name);
    this.agent(['init', '--server', `http://127.0.0.1:${port}`, '--office', slug, '--token', token], data);
    return { data, ...(await start('tram-agent', ['run', '--data', data, '--listen', '127.0.0.1:0'])) };
  }
  remove() {
    stopAll();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function rssKb(pid) {
  return Number(/VmRSS:\s+([0-9]+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}
function peakKb(pid) {
  return Number(/VmHWM:\s+([0-9]+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}
// Processor time used so far, in ms.
function cpuMs(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

module.exports = { Province, start, stopAll, rssKb, peakKb, cpuMs };
