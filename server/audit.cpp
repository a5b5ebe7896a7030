#include "server/audit.h"

#include "core/base/digest.h"
#include "server/secrets.h"

namespace tram {
namespace {

constexpr std::size_t kDetailBytesMax = 4000;

}  // namespace

Result<std::unique_ptr<Audit>> Audit::open(const std::string& path, Clock& clock) {
  ASSIGN_OR_RETURN(auto list, ChainedList::open(path, blake2b_256_hex));
  return std::unique_ptr<Audit>(new Audit(std::move(list), clock));
}

Status Audit::add(AuditEntry entry) {
  const json::Value row = {{"at", utc_text(clock_.wall_ms())},
                           {"by", entry.by},
                           {"role", entry.role},
                           {"from", entry.from},
                           {"action", entry.action},
                           {"object", entry.object},
                           {"detail", std::move(entry.detail)},
                           {"outcome", entry.outcome}};
  const auto added = list_->append(json::print(row));
  return added ? Status() : Status(added.error().within("the audit list"));
}

Result<json::Value> Audit::newest(std::int64_t before, std::size_t limit) {
  ASSIGN_OR_RETURN(const auto rows, list_->newest(before, limit));
  json::Value list = json::Value::array();
  for (const ChainedList::Row& row : rows) {
    auto parsed = json::parse_object(row.text);
    json::Value line = parsed ? std::move(*parsed) : json::Value{{"action", "unreadable"}, {"detail", row.text}};
    line["n"] = row.n;
    line["hash"] = row.hash;
    list.push_back(std::move(line));
  }
  return list;
}

Result<json::Value> Audit::verify() {
  ASSIGN_OR_RETURN(const auto verified, list_->verify());
  return json::Value{{"rows", verified.rows},
                     {"head", verified.head},
                     {"sound", !verified.bad_row.has_value()},
                     {"bad_row", verified.bad_row ? json::Value(*verified.bad_row) : json::Value()}};
}

json::Value audit_detail(json::Value said) {
  if (!said.is_object()) return nullptr;
  for (const char* secret : {"password", "old_password", "token"}) said.erase(secret);
  const std::string text = json::print(said);
  if (text.size() <= kDetailBytesMax) return said;
  json::Value names = json::Value::array();
  for (const auto& [name, value] : said.items()) names.push_back(name);
  return {{"members", std::move(names)}, {"sha256", sha256_hex(text)}};
}

}  // namespace tram
