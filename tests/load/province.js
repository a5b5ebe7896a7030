// A tram-server of its own in a temporary folder with some offices, and what the kernel says of a process.
'use strict';
const { spawn, execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Caller } = require('./line.js');

const bin = process.env.TRAM_BIN || path.join(__dirname, '../../build/release/bin');
const running = new Set();

// Started and waited for until it says where it listens. Each flush of its disk takes disk_ms more; the tracer stands
// aside, so that the child is the program.
function start(program, words, disk_ms = 0) {
  const slow = ['-D', '-f', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync',
                '-e', `inject=fsync,fdatasync:delay_enter=${disk_ms}ms`];
  const line = [...(disk_ms > 0 ? ['strace', ...slow] : []), path.join(bin, program), ...words];
  const child = spawn(line[0], line.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  child.on('exit', () => running.delete(child));
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    let said = '';
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
    child.stdout.on('data', (bytes) => {
      said += bytes;
      const found = /listening on (https?:\/\/([0-9.]+):([0-9]+))/.exec(said);
      if (found) resolve({ child, pid: child.pid, url: found[1], port: Number(found[3]), ready_ms: performance.now() - begun });
    });
  });
}

function stopAll() {
  for (const child of running) child.kill('SIGKILL');
}

class Province {
  constructor({ tls = 0, workers = 4, disk_ms = 0 }) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tram-load-'));
    this.data = path.join(this.folder, 'province');
    this.tokens = new Map();
    this.disk_ms = disk_ms;
    this.settings = path.join(this.folder, 'server.toml');
    fs.writeFileSync(this.settings, `workers = ${workers}\n${tls ? this.certify() : ''}`);
    this.command('init', '--province', 'Khánh Hòa');
  }
  certify() {
    const [key, certificate] = ['key.pem', 'cert.pem'].map((name) => path.join(this.folder, name));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
                             '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    this.ca = fs.readFileSync(certificate);
    return `[tls]\ncertificate = "${certificate}"\nkey = "${key}"\n`;
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
    const words = ['run', '--data', this.data, '--listen', '127.0.0.1:0', '--config', this.settings];
    Object.assign(this, await start('tram-server', words, this.disk_ms));
  }
  async stop() {
    this.child.kill('SIGTERM');
    await new Promise((resolve) => this.child.on('exit', resolve));
  }
  // As the server tells it on this machine.
  async metrics() {
    return (await new Caller(this, 0, '').call('GET', '/metrics')).body;
  }
  bytes() {
    const sizes = fs.readdirSync(this.data, { recursive: true }).map((file) => fs.statSync(path.join(this.data, file)));
    return sizes.filter((stat) => stat.isFile()).reduce((sum, stat) => sum + stat.size, 0);
  }
  office(i) {
    const slugs = [...this.tokens.keys()];
    const slug = slugs[i % slugs.length];
    return { slug, token: this.tokens.get(slug) };
  }
  agent(words, data) {
    return execFileSync(path.join(bin, 'tram-agent'), [...words, '--data', data]).toString();
  }
  // A PC of the first office: its data folder.
  joins(name, port = this.port) {
    const { slug, token } = this.office(0);
    const data = path.join(this.folder, name);
    this.agent(['init', '--server', `http://127.0.0.1:${port}`, '--office', slug, '--token', token], data);
    return data;
  }
  async runAgent(name, port = this.port) {
    const data = this.joins(name, port);
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

// What the kernel remembers of a file is dropped: the next one to read it reads the disk.
function forgetCached(file) {
  if (fs.statSync(file).isFile()) execFileSync('dd', [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']);
}

module.exports = { Province, start, stopAll, rssKb, peakKb, cpuMs, forgetCached };
