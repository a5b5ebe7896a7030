-- Schema 2: attachments. One row a blob: the bytes that attachments name by the SHA-256 of their plain content.
CREATE TABLE blobs (
  n      INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,            -- 64 lower-case hex digits
  length INTEGER NOT NULL,
  digest TEXT NOT NULL,                   -- "md5-<base64>", as the wire has it
  unused INTEGER,                         -- wall ms at which a sweep first found that nobody uses it
  bytes  BLOB                             -- NULL: in a file of this name beside the store (storage/blobs.h)
) STRICT;

-- Which kept body names which blob. Whoever drops a body drops its uses; a blob in use cannot be deleted.
CREATE TABLE uses (
  body INTEGER NOT NULL REFERENCES bodies(body) ON DELETE CASCADE,
  blob INTEGER NOT NULL REFERENCES blobs(n),
  PRIMARY KEY (body, blob)
) STRICT, WITHOUT ROWID;
CREATE INDEX uses_blob ON uses(blob);
