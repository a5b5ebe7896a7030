-- Schema 1 of a Trạm store: one file a database (an office's own, reference, a plain one, the server's own records).
-- user_version = 1, application_id = 0x5472616d ("Tram"). Times are data and decide nothing; order comes from seq.

-- One row a document, clustered by the sequence of its latest change, so that the change feed is a walk through this
-- table. A change gives the row a new, greatest seq.
CREATE TABLE docs (
  seq     INTEGER PRIMARY KEY,
  id      TEXT NOT NULL UNIQUE,          -- compared as bytes
  deleted INTEGER NOT NULL,              -- 1: the winner is a tombstone
  live    INTEGER NOT NULL,              -- live leaves and open deletions; over 1: in conflict
  tree    BLOB NOT NULL                  -- core/records/tree.h, encode()
) STRICT;

-- Deleted documents and documents in conflict are few; these two make counting and listing them cheap.
CREATE INDEX docs_deleted  ON docs(seq) WHERE deleted = 1;
CREATE INDEX docs_conflict ON docs(seq) WHERE live > 1;

-- One row a kept body: of each leaf, and of inner revisions while they may be needed as a merge base. A node of the
-- tree names its row; rows are never changed, only added and deleted.
CREATE TABLE bodies (
  body        INTEGER PRIMARY KEY,
  text        TEXT NOT NULL,             -- JSON object as received, without special members
  attachments TEXT                       -- JSON of stubs; NULL for none
) STRICT;

-- Documents that never replicate (_local/...): checkpoints, and the store's own notes.
CREATE TABLE locals (
  id   TEXT PRIMARY KEY,                 -- with the _local/ prefix
  rev  INTEGER NOT NULL,                 -- N of its "0-N"
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each opening of the file begins an epoch at its first write. A sequence on the wire names the epoch it was written
-- in, so a file that was copied back answers old sequences with the point where its history branched off.
CREATE TABLE epochs (
  first_seq INTEGER PRIMARY KEY,         -- an epoch ends where the next begins
  epoch     TEXT NOT NULL UNIQUE         -- 32 hex digits; the first 8 stand on the wire
) STRICT;

-- What this store is: schema, db_uuid, instance_uuid, instance_start_time, purge_seq, ...
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every revision saved on this replica, in order. Its fate is derived from the tree, the push checkpoint and the
-- refusals, never stored.
CREATE TABLE writes (
  seq INTEGER PRIMARY KEY,               -- the sequence it was saved at
  id  TEXT NOT NULL,
  rev TEXT NOT NULL,
  at  TEXT NOT NULL                      -- wall time of this PC, for display
) STRICT;
CREATE INDEX writes_id ON writes(id);

-- What a peer would not take (push), or what could not be stored here (pull). Rows are closed, never removed.
CREATE TABLE refusals (
  n         INTEGER PRIMARY KEY,
  peer      TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('push', 'pull')),
  id        TEXT NOT NULL,
  rev       TEXT NOT NULL,
  code      TEXT NOT NULL,               -- "period_closed", "too_large", ...
  reason    TEXT NOT NULL,
  reason_vi TEXT NOT NULL,
  status    INTEGER NOT NULL,            -- HTTP status of the request, 0 when there was none
  rules     TEXT NOT NULL,               -- Tram-Rules at the last try
  first_at  TEXT NOT NULL,
  last_at   TEXT NOT NULL,
  state     TEXT NOT NULL CHECK (state IN ('open', 'superseded', 'accepted', 'withdrawn'))
) STRICT;
CREATE INDEX refusals_id ON refusals(id, rev);
CREATE INDEX refusals_open ON refusals(peer, n) WHERE state = 'open';
