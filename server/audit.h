// server/audit.h: who did what, in a list that can only grow (storage/chained_list.h, audit.db): signing in, and everything
// that changes something, from the pages and by commands. Each row is canonical JSON:
//   {"at","by","role","from","action","object","detail","outcome"}
// at: the server's time, UTC. outcome: "done", or the code of the error. Nothing secret is ever in it. Any thread.
#pragma once

#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "storage/chained_list.h"

namespace tram {

struct AuditEntry {
  std::string by, role, from;  // from: an address, or "command"
  std::string action;          // "review", "office_add"
  std::string object;          // "vn-04-049/report:bm02:2024Q2"
  json::Value detail = nullptr;
  std::string outcome = "done";
};

class Audit {
 public:
  static Result<std::unique_ptr<Audit>> open(const std::string& path, Clock& clock);

  // On the disk when it returns.
  Status add(AuditEntry entry);
  // [{"n","hash",…the row}], newest first; before: as ChainedList::newest.
  Result<json::Value> newest(std::int64_t before, std::size_t limit);
  // {"rows","head","sound","bad_row"}
  Result<json::Value> verify();
  Status copy_to(const std::string& path) { return list_->copy_to(path); }

 private:
  Audit(std::unique_ptr<ChainedList> list, Clock& clock) : list_(std::move(list)), clock_(clock) {}
  const std::unique_ptr<ChainedList> list_;
  Clock& clock_;
};

// What a request or command said, for `detail`: members that hold secrets left out, and no more than fits a row: of
// longer ones their names and a digest.
json::Value audit_detail(json::Value said);

}  // namespace tram
