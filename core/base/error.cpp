#include "core/base/error.h"

#include <cstdio>

#include "core/base/result.h"

namespace tram {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_request: return "bad_request";
    case ErrorCode::unauthorized: return "unauthorized";
    case ErrorCode::forbidden: return "forbidden";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::too_large: return "too_large";
    case ErrorCode::unsupported: return "not_implemented";
    case ErrorCode::usage: return "usage";
    case ErrorCode::offline: return "offline";
    case ErrorCode::busy: return "busy";
    case ErrorCode::server_error: return "server_error";
    case ErrorCode::captive_portal: return "captive_portal";
    case ErrorCode::wrong_peer: return "wrong_peer";
    case ErrorCode::history_changed: return "history_changed";
    case ErrorCode::replica_fork: return "replica_fork";
    case ErrorCode::disk_full: return "insufficient_storage";
    case ErrorCode::storage_error: return "storage_error";
    case ErrorCode::outcome_unknown: return "outcome_unknown";
    case ErrorCode::corrupt: return "corrupt";
    case ErrorCode::in_use: return "in_use";
    case ErrorCode::newer_schema: return "newer_schema";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::internal: return "internal_error";
  }
  return "internal_error";
}

std::string_view Error::what_name() const { return name.empty() ? name_of(code) : std::string_view(name); }

bool Error::retryable() const {
  switch (code) {
    case ErrorCode::offline:
    case ErrorCode::busy:
    case ErrorCode::server_error:
    case ErrorCode::captive_portal:
    case ErrorCode::disk_full:
    case ErrorCode::storage_error:
    case ErrorCode::outcome_unknown: return true;
    default: return false;
  }
}

Error Error::within(std::string_view doing) const {
  Error wider = *this;
  wider.message = std::string(doing) + ": " + message;
  return wider;
}

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace tram
