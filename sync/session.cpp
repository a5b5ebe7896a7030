#include "sync/session.h"

#include <cstdlib>

#include "core/base/digest.h"
#include "core/base/json.h"

namespace tram {
namespace {

constexpr std::string_view kMeta = "sync_session";
constexpr std::size_t kNonceBytes = 16;

}  // namespace

std::string Session::nonce_after(const std::string& nonce) {
  const unsigned long long counter = nonce.empty() ? 0 : std::strtoull(nonce.c_str(), nullptr, 10);
  return std::to_string(counter + 1) + "." + random_.hex(kNonceBytes);
}

Result<Session::Nonces> Session::load() {
  std::optional<std::string> text;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(text, snapshot.meta(kMeta));
    return {};
  }));
  Nonces nonces;
  if (text) {
    ASSIGN_OR_RETURN(const json::Value value, json::parse_object(*text));
    nonces.instance = json::string_at(value, "instance").value_or("");
    nonces.now = json::string_at(value, "now").value_or("");
    nonces.next = json::string_at(value, "next").value_or("");
  }
  if (nonces.instance != store_.instance_uuid()) nonces = {store_.instance_uuid(), "", ""};
  return nonces;
}

Status Session::store_nonces(Transaction& transaction, const Nonces& nonces) {
  const json::Value value = {{"instance", nonces.instance}, {"now", nonces.now}, {"next", nonces.next}};
  return transaction.set_meta(kMeta, json::print(value));
}

Result<std::string> Session::header() {
  if (stands_) return std::string();
  if (!accepted_) {
    ASSIGN_OR_RETURN(nonces_, load());
  }
  // Drawn now and not when the last session was accepted: a store copied in between must draw another one.
  if (nonces_.next.empty()) {
    if (nonces_.now.empty()) nonces_.now = nonce_after("");
    nonces_.next = nonce_after(nonces_.now);
    RETURN_IF_ERROR(
        store_.write([&](Transaction& transaction) -> Status { return store_nonces(transaction, nonces_); }));
  }
  return "i=" + nonces_.instance + ", n=" + nonces_.now + ", c=" + sha256_hex(nonces_.next) +
         ", s=" + store_.update_seq();
}

void Session::answered(const Status& outcome) {
  // A server that went back has recorded the nonce too.
  const bool recorded = outcome.ok() || outcome.error().code == ErrorCode::history_changed;
  if (!recorded) return;
  stands_ = outcome.ok();
  accepted_ = true;
  nonces_ = {nonces_.instance, nonces_.next, ""};
}

Status Session::keep(Transaction& transaction) {
  if (!accepted_) return {};
  return store_nonces(transaction, nonces_);
}

void Session::end() { stands_ = false; }

Status Session::start_over() {
  stands_ = accepted_ = false;
  nonces_ = {};
  return store_.write([](Transaction& transaction) -> Status { return transaction.set_meta(kMeta, "{}"); });
}

}  // namespace tram
