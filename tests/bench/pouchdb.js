// node pouchdb.js push|pull (FILE URL USER PASSWORD)...: PouchDB sends the documents of FILE (one JSON object a line) to a
// database, or fetches as many; one database after the other. Prints the documents a second of the last: those before
// warm up. Databases in memory, batches as large as ours.
'use strict';

const fs = require('node:fs');
const PouchDB = require('pouchdb').plugin(require('pouchdb-adapter-memory'));

const BATCH = { batch_size: 500, batches_limit: 10 };

async function rate(count, work) {
  const begin = process.hrtime.bigint();
  const done = await work();
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  if (!done.ok || done.docs_written !== count) {
    throw new Error(`not all went over: ${JSON.stringify(done).slice(0, 1000)}`);
  }
  return count / seconds;
}

async function make_ready(direction, [file, url, username, password]) {
  const documents = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const here = new PouchDB(username, { adapter: 'memory', revs_limit: 1000 });
  if (direction === 'push') await here.bulkDocs(documents);
  const province = new PouchDB(url, { auth: { username, password }, skip_setup: true });
  const replicate = direction === 'push' ? here.replicate.to : here.replicate.from;
  return () => rate(documents.length, () => replicate(province, BATCH));
}

async function main([direction, ...databases]) {
  const ready = [];
  for (let n = 0; n < databases.length; n += 4) ready.push(await make_ready(direction, databases.slice(n, n + 4)));
  let documents_s;
  for (const measure of ready) documents_s = await measure();
  console.log(documents_s);
}

main(process.argv.slice(2)).catch((failure) => {
  console.error(failure.stack ?? failure);
  process.exit(1);
});
