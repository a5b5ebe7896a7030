// storage/log_vfs.h: a VFS of SQLite's whose write-ahead logs are written in large pieces.
//
// SQLite writes each page of a log by two calls, one for 24 bytes. Here they are gathered and written when there are
// kLogGathered bytes, at the latest when SQLite asks for a flush. That is before anybody else may read them (wal.c
// publishes a commit after its flush), so it is only for connections with synchronous=FULL, which flush at each commit.
// What is gathered is this connection's unfinished transaction: to itself it reads as written.
//
// Files that are no log are those of the VFS below, as they are. What could not be written stays gathered, for SQLite
// may go on with what it wrote before; a failed flush fails the commit, and what was gathered is forgotten with it, so
// that nothing of a commit that was reported as failed can reach the disk later.
#pragma once

#include <string>

namespace tram {

inline constexpr int kLogGathered = 64 << 10;

// Its name, over the VFS of that name ("": the default one); that name itself where it cannot be. The same for the same
// VFS; any thread.
std::string log_vfs_over(const std::string& vfs);

}  // namespace tram
