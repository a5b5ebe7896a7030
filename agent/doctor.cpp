#include "agent/doctor.h"

#include <sys/stat.h>

#include "http/client.h"
#include "storage/sqlite.h"

namespace tram::agent {
namespace {

constexpr std::uint64_t kFreeBytesMin = 256ULL << 20;
constexpr std::int64_t kServerMsMax = 3'000;
constexpr std::int64_t kProgramMadeMs = 1'735'689'600'000;  // 2025-01-01: no clock is right that shows less

void look_at_files(Office& office, Examination& found) {
  const std::string& folder = office.folder();
  struct stat info {};
  if (::stat(folder.c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
    found.findings.push_back("other users of this PC can enter " + folder + "; run: chmod 700 " + folder);
  }
  const std::string enrolment = folder + "/" + std::string(kEnrolmentFile);
  if (::stat(enrolment.c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
    found.findings.push_back("other users can read the token in " + enrolment + "; run: chmod 600 " + enrolment);
  }
  const std::uint64_t free = free_bytes(folder);
  const std::string free_mb = std::to_string(free >> 20) + " MB free on the disk of " + folder;
  if (free > 0 && free < kFreeBytesMin)
    found.findings.push_back("only " + free_mb + "; make room");
  else
    found.notes.push_back(free_mb);
}

void look_at_store(Store& store, Examination& found) {
  if (const Status sound = store.quick_check(); !sound.ok()) {
    found.findings.push_back(store.path() + ": " + sound.error().message + "; restore the last backup");
  }
}

Status look_at_reference(Office& office, Examination& found) {
  const auto codes = office.reference().form_codes();
  if (!codes || codes->empty()) {
    found.findings.push_back("no forms: none came from the province and none lie beside the program; install it anew");
    return {};
  }
  for (const std::string& code : *codes) {
    const auto form = office.reference().form(code);
    if (!form) found.findings.push_back("form " + code + " cannot be used: " + form.error().message);
  }
  found.notes.push_back(
      std::to_string(codes->size()) + " forms, " +
      (office.reference().pulled() ? "from the province" : "those shipped; the province's have not come yet"));
  ASSIGN_OR_RETURN(const json::Value unit, office.unit_stamp(vietnam_day(office.clock().wall_ms())));
  if (unit.is_null()) found.notes.push_back("this PC does not know its unit yet; reports then go by the office");
  return {};
}

Status look_at_clock(Office& office, Examination& found) {
  ASSIGN_OR_RETURN(const std::string quality, office.clock_quality());
  const std::string now = vietnam_text(office.clock().wall_ms());
  if (quality == "wrong" || office.clock().wall_ms() < kProgramMadeMs) {
    found.findings.push_back("the clock shows " + now + ", which is too early; set it (nothing is lost by it)");
  } else {
    found.notes.push_back("the clock shows " + now + " (" + quality + ")");
  }
  return {};
}

std::string sqlite_note() {
  const std::string version = "SQLite " + sqlite_version();
  if (!sqlite_has_wal_reset_bug()) return version;
  return version +
         " has the WAL-reset bug; this program avoids it (one writer), so let no other program open the stores";
}

void look_at_province(Office& office, Examination& found) {
  http::ClientOptions options;
  options.base_url = office.enrolment().server;
  options.ca_file = office.enrolment().ca_file;
  options.pinned_keys = office.enrolment().pinned_keys;
  options.proxy = office.enrolment().proxy;
  options.connect_timeout_ms = kServerMsMax;
  const auto client = http::make_curl_client(options);
  if (!client) {
    found.findings.push_back("the province's address: " + client.error().message);
    return;
  }
  http::CallOptions call;
  call.timeout_ms = kServerMsMax;
  const auto answer = (*client)->send(http::Request{"GET", "/_up"}, call);
  if (!answer)
    found.notes.push_back("no line to " + options.base_url + " now: " + answer.error().message);
  else
    found.notes.push_back(options.base_url + " answers with " + std::to_string(answer->status));
}

}  // namespace

Result<Examination> examine(Office& office) {
  Examination found;
  look_at_files(office, found);
  look_at_store(office.own(), found);
  look_at_store(office.reference_store(), found);
  RETURN_IF_ERROR(look_at_reference(office, found));
  RETURN_IF_ERROR(look_at_clock(office, found));
  found.notes.push_back(sqlite_note());
  look_at_province(office, found);
  return found;
}

Result<json::Value> verify_all(Office& office) {
  json::Value all = {
      {"findings", json::Value::array()}, {"documents", 0}, {"revisions", 0}, {"bodies", 0}, {"foreign", 0}};
  std::uint64_t documents = 0, revisions = 0, bodies = 0, foreign = 0;
  for (Store* store : {&office.own(), &office.reference_store()}) {
    ASSIGN_OR_RETURN(const Store::Verified verified, store->verify());
    for (const std::string& finding : verified.findings) all["findings"].push_back(store->path() + ": " + finding);
    documents += verified.documents;
    revisions += verified.revisions;
    bodies += verified.bodies;
    foreign += verified.foreign;
  }
  all["documents"] = documents;
  all["revisions"] = revisions;
  all["bodies"] = bodies;
  all["foreign"] = foreign;
  return all;
}

}  // namespace tram::agent
