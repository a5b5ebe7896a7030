// What an answer of an error means to a client (wire.h).
#include "core/base/json.h"
#include "sync/wire.h"

namespace tram::wire {
namespace {

ErrorCode code_of(int status, std::string_view name) {
  switch (status) {
    case 401: return ErrorCode::unauthorized;
    case 403: return ErrorCode::forbidden;
    case 404:
    case 410: return ErrorCode::not_found;
    case 405:
    case 415:
    case 417:
    case 501: return ErrorCode::unsupported;
    case 408: return ErrorCode::offline;
    case 409: return name == "replica_fork" ? ErrorCode::replica_fork : ErrorCode::conflict;
    case 412: return name == "history_changed" ? ErrorCode::history_changed : ErrorCode::conflict;
    case 413:
    case 414:
    case 431: return ErrorCode::too_large;
    case 429:
    case 507: return ErrorCode::busy;
    default: return status >= 500 ? ErrorCode::server_error : ErrorCode::bad_request;
  }
}

}  // namespace

Error read_error(int status, std::string_view body) {
  std::string name, reason;
  json::Reader reader(body);
  if (reader.peek() == json::Kind::object && reader.enter_object()) {
    while (const auto member = reader.next_member()) {
      std::string* const wanted = *member == "error" ? &name : *member == "reason" ? &reason : nullptr;
      if (wanted != nullptr && reader.peek() == json::Kind::string)
        *wanted = reader.string().value_or("");
      else
        reader.skip();
    }
  }
  const ErrorCode code = code_of(status, name);
  if (code == ErrorCode::unauthorized) {
    Error refused = error(code,
                          "The province does not accept this office's token; ask it for a new one (tram-server office "
                          "token) and put it in with tram-agent init" +
                              (reason.empty() ? "." : ": " + reason),
                          std::move(name));
    refused.message_vi = "Tỉnh không nhận mã của đơn vị này; hãy xin mã mới của tỉnh và nhập lại bằng tram-agent init.";
    return refused;
  }
  if (reason.empty()) reason = "The server answered " + std::to_string(status) + ".";
  return error(code, std::move(reason), std::move(name));
}

}  // namespace tram::wire
