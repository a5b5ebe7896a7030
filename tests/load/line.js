// HTTP as an office speaks it, each office from an address of its own in 127.0.0.0/8, and figures of many times.
'use strict';
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const tls = require('node:tls');

// 127.1.0.1, 127.1.0.2, ...
function address(i) {
  return `127.${1 + (i >> 16)}.${(i >> 8) & 255}.${1 + (i % 255)}`;
}

// Where the i-th office reaches the province from.
function line(province, i) {
  return { host: '127.0.0.1', port: province.port, localAddress: address(i), ca: province.ca, servername: 'localhost' };
}

function connect(province, i) {
  return (province.ca ? tls : net).connect(line(province, i));
}

class Caller {
  constructor(province, i, token) {
    this.http = province.ca ? https : http;
    this.agent = new this.http.Agent({ keepAlive: true, maxSockets: 1 });
    this.options = { ...line(province, i), agent: this.agent };
    this.headers = { Authorization: `Bearer ${token}` };
  }
  // {status, headers, body, ms}
  call(method, target, body) {
    return this.send(method, target, body === undefined ? undefined : JSON.stringify(body));
  }
  send(method, target, text) {
    const begun = performance.now();
    const headers = { ...this.headers };
    if (text !== undefined) Object.assign(headers, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
    return new Promise((resolve, reject) => {
      const request = this.http.request({ ...this.options, method, path: target, headers }, (response) => {
        const parts = [];
        response.on('data', (bytes) => parts.push(bytes));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString(), ms: performance.now() - begun }));
      });
      request.on('error', reject);
      request.end(text);
    });
  }
  close() {
    this.agent.destroy();
  }
}

function percentile(times, share) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.length === 0 ? null : Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] * 100) / 100;
}

const round = (n) => Math.round(n * 100) / 100;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A document of about `bytes`, with a revision as if made elsewhere.
function made(id, bytes) {
  return { _id: id, _rev: `1-${'0123456789abcdef'.repeat(2)}`, text: 'Trạm '.repeat(bytes / 7) };
}

module.exports = { Caller, connect, percentile, pause, made, round };
