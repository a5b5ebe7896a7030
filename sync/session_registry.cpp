#include "sync/session_registry.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "core/base/digest.h"
#include "core/base/json.h"

namespace tram {
namespace {

constexpr std::string_view kHeardOf = "sessions";
constexpr std::size_t kInstancesKept =
    64;  // the one not heard of for longest goes first, and is believed if it returns
constexpr std::size_t kInstanceBytesMax = 64;

struct Heard {
  std::string instance, start_time, nonce_hash, next;
  std::uint64_t counter = 0, seq = 0;
  bool is_revoked = false;
  bool is_ahead = false;  // it was told that this server went back, and is told so again if it asks again
};

Error bad_header() { return error(ErrorCode::bad_request, "The header Tram-Session is not well formed."); }

Error fork(std::string why) { return error(ErrorCode::replica_fork, std::move(why)); }

std::optional<std::uint64_t> leading_number(std::string_view text) {
  std::uint64_t n = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), n);
  return read.ec == std::errc() ? std::optional(n) : std::nullopt;
}

bool is_hex(std::string_view text, std::size_t size) {
  return text.size() == size && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view field(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = std::min(header.find(','), header.size());
    std::string_view part = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) return part.substr(name.size() + 1);
  }
  return {};
}

// Oldest heard of first.
Result<std::vector<Heard>> recall(Snapshot& snapshot) {
  std::vector<Heard> all;
  ASSIGN_OR_RETURN(const auto text, snapshot.meta(kHeardOf));
  if (!text) return all;
  ASSIGN_OR_RETURN(const json::Value rows, json::parse(*text));
  for (const json::Value& row : rows) {
    const auto text_at = [&](std::string_view name) { return json::string_at(row, name).value_or(""); };
    const auto number_at = [&](std::string_view name) {
      return static_cast<std::uint64_t>(json::integer_at(row, name).value_or(0));
    };
    all.push_back({text_at("instance"), text_at("start_time"), text_at("nonce_hash"), text_at("next"),
                   number_at("counter"), number_at("seq"), row.contains("revoked"), row.contains("ahead")});
  }
  return all;
}

Status keep(Transaction& transaction, const std::vector<Heard>& all) {
  json::Value rows = json::Value::array();
  for (const Heard& row : all) {
    json::Value kept = {{"instance", row.instance}, {"start_time", row.start_time}, {"nonce_hash", row.nonce_hash},
                        {"next", row.next},         {"counter", row.counter},       {"seq", row.seq}};
    if (row.is_revoked) kept["revoked"] = true;
    if (row.is_ahead) kept["ahead"] = true;
    rows.push_back(std::move(kept));
  }
  return transaction.set_meta(kHeardOf, json::print(rows));
}

Status remember(Transaction& transaction, std::vector<Heard> all, Heard heard) {
  std::erase_if(all, [&](const Heard& other) { return other.instance == heard.instance; });
  all.push_back(std::move(heard));
  if (all.size() > kInstancesKept) all.erase(all.begin());
  return keep(transaction, all);
}

}  // namespace

Result<SessionClaim> SessionClaim::parse(std::string_view header) {
  SessionClaim claim;
  claim.instance = field(header, "i");
  claim.nonce = field(header, "n");
  claim.next = field(header, "c");
  const auto counter = leading_number(claim.nonce);
  const auto seq = leading_number(field(header, "s"));
  const auto dot = claim.nonce.find('.');
  if (claim.instance.empty() || claim.instance.size() > kInstanceBytesMax || !is_hex(claim.next, 64) || !counter ||
      !seq || dot == std::string::npos || !is_hex(std::string_view(claim.nonce).substr(dot + 1), 32) ||
      *counter > kGenerationMax || *seq > kGenerationMax) {
    return bad_header();
  }
  claim.counter = *counter;
  claim.seq = *seq;
  return claim;
}

std::string session_instance(std::string_view header) { return std::string(field(header, "i")); }

Status begin_session(Store& store, const SessionClaim& claim) {
  // A transaction that fails takes back what it noted, so "the server went back" is said behind it.
  std::optional<Error> answer;
  RETURN_IF_ERROR(store.write([&](Transaction& transaction) -> Status {
    answer.reset();
    ASSIGN_OR_RETURN(std::vector<Heard> all, recall(transaction));
    Heard now{claim.instance, store.instance_start_time(), sha256_hex(claim.nonce), claim.next, claim.counter,
              claim.seq};
    const auto last =
        std::find_if(all.begin(), all.end(), [&](const Heard& h) { return h.instance == claim.instance; });
    if (last != all.end() && last->start_time == now.start_time) {
      const bool again = now.nonce_hash == last->nonce_hash && now.next == last->next;
      const bool expected = now.nonce_hash == last->next;
      if (!again && !expected && now.counter <= last->counter + 1) {
        return fork("This session's number was used before, or belongs to a copy of this office's data.");
      }
      if ((again || expected) && now.seq < last->seq) {
        return fork("This office's data is older than it was in an earlier session.");
      }
      now.is_ahead = again ? last->is_ahead : !expected;
      if (now.is_ahead) {
        answer = error(ErrorCode::history_changed, "This server's data is older than it was in an earlier session.");
      }
    }
    return remember(transaction, std::move(all), std::move(now));
  }));
  return answer ? Status(*std::move(answer)) : Status();
}

Result<std::vector<std::string>> replicas(Snapshot& snapshot) {
  ASSIGN_OR_RETURN(const std::vector<Heard> all, recall(snapshot));
  std::vector<std::string> instances;
  for (const Heard& heard : all) {
    if (!heard.is_revoked) instances.push_back(heard.instance);
  }
  return instances;
}

Status revoke_replicas(Transaction& transaction) {
  ASSIGN_OR_RETURN(std::vector<Heard> all, recall(transaction));
  for (Heard& heard : all) heard.is_revoked = true;
  return keep(transaction, all);
}

}  // namespace tram
