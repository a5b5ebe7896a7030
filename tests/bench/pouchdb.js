// node pouchdb.js (FILE URL USER PASSWORD)...: PouchDB sends the documents of FILE (one JSON object a line) to a database
// and fetches them back, one database after the other; prints the documents a second of both as JSON, of the last: those
// before warm up. Databases in memory, batches as large as ours.
'use strict';

const fs = require('node:fs');
const PouchDB = require('pouchdb').plugin(require('pouchdb-adapter-memory'));

const BATCH = { batch_size: 500, batches_limit: 10 };

async function rate(count, work) {
  const begin = process.hrtime.bigint();
  const done = await work();
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  if (!done.ok || done.docs_written !== count) throw new Error(`not all went over: ${JSON.stringify(done).slice(0, 1000)}`);
  return count / seconds;
}

async function there_and_back([file, url, username, password]) {
  const documents = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const options = { adapter: 'memory', revs_limit: 1000 };
  const province = new PouchDB(url, { auth: { username, password }, skip_setup: true });
  const sender = new PouchDB(`${username}-sender`, options);
  await sender.bulkDocs(documents);
  const push = await rate(documents.length, () => sender.replicate.to(province, BATCH));
  const receiver = new PouchDB(`${username}-receiver`, options);
  const pull = await rate(documents.length, () => receiver.replicate.from(province, BATCH));
  return { push, pull };
}

async function main(databases) {
  let measured;
  for (let n = 0; n < databases.length; n += 4) measured = await there_and_back(databases.slice(n, n + 4));
  console.log(JSON.stringify(measured));
}

main(process.argv.slice(2)).catch((failure) => {
  console.error(failure.message);
  process.exit(1);
});
