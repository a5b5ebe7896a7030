// core/base/error.h: what can go wrong in the world, as values.
//
// An Error has a code from the closed list below, which decides how callers react (retry, halve, stop, show), and a
// message for people: what happened and what to do. A name refines the code where an interface promises one, for
// instance code forbidden with the name "period_closed". Nothing here allocates beyond its strings; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tram {

enum class ErrorCode {
  // the caller's doing: the same call fails again
  bad_request,   // malformed input, wrong type, bad parameter
  unauthorized,  // no credential, or a wrong one
  forbidden,     // a known credential without the right, or a rule said no
  not_found,     // no such thing, or not visible to this credential
  conflict,      // the revision named is no longer a leaf
  too_large,     // beyond a documented limit
  unsupported,   // this program does not do that
  usage,         // a command was called wrongly (exit 2)
  // the line's doing: the same call may succeed later
  offline,         // no line, name lookup failed, connection cut, timeout, half an answer
  busy,            // the peer asks for a pause: see retry_after_ms
  server_error,    // the peer answered 5xx
  captive_portal,  // something else than the peer answered: a sign-in page, a redirect, a foreign certificate
  // between replicas
  wrong_peer,       // another server or database than the one known under this address
  history_changed,  // the peer went back in time: compare checkpoints again
  replica_fork,     // this replica was copied or set back: it must take a new identity
  // the disk's doing
  disk_full,        // no space; nothing was stored
  storage_error,    // an I/O error; nothing was stored
  outcome_unknown,  // an I/O error while committing: it may or may not be stored
  corrupt,          // bytes on disk do not check
  in_use,           // another process holds the data directory (exit 75)
  newer_schema,     // written by a newer program (exit 78)
  cancelled,        // the program is stopping
  internal,         // a bug, reported instead of crashing
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;              // English, one sentence or two, no trailing newline
  std::string name = {};            // refined name for interfaces; empty: name_of(code)
  std::string message_vi = {};      // Vietnamese, where a person at an office will read it
  std::int64_t retry_after_ms = 0;  // with busy: never try again earlier than this

  // The refined name, or that of the code.
  std::string_view what_name() const;
  // True if the same call may succeed later without any change.
  bool retryable() const;
  // The same error with what was being done put before the message: "opening /x: disk full".
  Error within(std::string_view doing) const;
};

// The snake_case name of a code, for instance "not_found".
std::string_view name_of(ErrorCode code);

inline Error error(ErrorCode code, std::string message, std::string name = {}) {
  return Error{code, std::move(message), std::move(name)};
}

}  // namespace tram
