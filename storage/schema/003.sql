-- Schema 3: purging. Revisions that were taken out for good and are not let in again, whoever brings them.
CREATE TABLE purged (
  id  TEXT NOT NULL,
  rev TEXT NOT NULL,
  PRIMARY KEY (id, rev)
) STRICT, WITHOUT ROWID;
