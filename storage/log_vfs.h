// storage/log_vfs.h: a VFS of SQLite's whose write-ahead logs are written in large pieces.
//
// SQLite writes each page of a log by two calls, one for 24 bytes. Here they are gathered and written when there are
// kLogGathered bytes, at the latest when SQLite asks for a flush. That is before anybody else may read them: wal.c
// publishes a commit after its flush. So it is only for the one writer of a file, with synchronous=FULL, which flushes
// at each commit, over files that a power cut damages only where they are written (SQLITE_IOCAP_POWERSAFE_OVERWRITE, as
// SQLite assumes; else wal.c flushes in the middle of a page). What is gathered is this connection's unfinished
// transaction: to itself it reads as written.
//
// Files that are no log are those of the VFS below, as they are. What could not be written stays gathered, for SQLite
// may go on with what it wrote before; a failed flush fails the commit, and what was gathered is forgotten with it, so
// that nothing of a commit that was reported as failed can reach the disk later.
#pragma once

#include <string>

struct sqlite3;

namespace tram {

inline constexpr int kLogGathered = 64 << 10;

// Its name, over the VFS of that name ("": the default one); that name itself where it cannot be. The same for the same
// VFS; any thread.
std::string log_vfs_over(const std::string& vfs);

// What is gathered goes with its transaction, whoever takes it back. For each connection that was opened through it.
void forget_log_on_rollback(sqlite3* connection);

}  // namespace tram
