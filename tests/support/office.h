// tests/support/office.h: a province and its offices in one process, for tests that read as sentences.
//
// A Province serves its databases through the real routes; an Office is one PC: its own stores, the real Syncer, and a
// Line to the province that a test can watch and break. Several offices of one slug are PCs of one office. Time is the
// province's ManualClock and moves only when told.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "http/client.h"
#include "sync/ledger.h"
#include "sync/syncer.h"
#include "tests/sync/served_province.h"

namespace tram::test {

class Province : public ServedProvince {
 public:
  explicit Province(std::shared_ptr<Rules> rules = nullptr) : ServedProvince(std::move(rules)) {}

  json::Value report(const std::string& id, const std::string& database = "office-a");  // null when not there
  json::Value value(const std::string& id, const std::string& field) { return report(id)["values"][field]; }
  std::vector<std::string> leaves(const std::string& id);  // revisions of all leaves, winner first
  std::size_t live_leaves(const std::string& id);
  // Writes a document into `reference`, or a local edit into an office's database.
  void publishes(const std::string& id, json::Value body, const std::string& database = "reference");
  // A copy of a database as it is now, and the database as it was then.
  void keeps_a_copy(const std::string& database = "office-a");
  void goes_back(const std::string& database = "office-a", std::shared_ptr<Rules> rules = nullptr);
  // Another database under the same name, empty, with a db_uuid of its own.
  void replaces(const std::string& database = "office-a");
};

// The line between an office and the province: an http::Client that can be watched and broken.
class Line final : public http::Client {
 public:
  using Fault = std::function<std::optional<Result<http::Response>>(const http::Request&)>;

  explicit Line(Province& province);
  std::unique_ptr<http::Pending> start(http::Request request, http::CallOptions options = {}) override;
  bool wait(std::int64_t timeout_ms) override { return inner_.wait(timeout_ms); }
  void wakeup() override { inner_.wakeup(); }
  http::Traffic traffic() const override { return inner_.traffic(); }

  // Asked before a request goes out: an answer, or an error, instead of the province's.
  Fault before;
  // Asked when the province has answered: what arrives instead.
  Fault after;
  // Requests that are done only when somebody waits for their answer, and so are overtaken by the next.
  std::function<bool(const http::Request&)> is_overtaken;
  // So many bytes of this answer's body arrive, and then the line is lost; nothing: it is not.
  std::function<std::optional<std::size_t>(const http::Request&, const http::Response&)> breaks_off;
  // The n-th request from now on (0 is the next) is lost, before or after the province did it.
  void cut(int n, bool after_it_was_done);
  // "POST /office-a/_bulk_docs", without query.
  std::vector<std::string> log;
  std::vector<http::Request> requests;

 private:
  Result<http::Response> broken_off(http::Request request, const http::CallOptions& options);

  http::LoopbackClient inner_;
};

// A push of this office.
inline bool is_batch(const http::Request& request) { return request.path() == "/office-a/_bulk_docs"; }

class Office {
 public:
  explicit Office(Province& province, const std::string& slug = "a");

  std::string enters(const std::string& form, const std::string& period, json::Value values);
  void changes(const std::string& id, const std::string& field, json::Value value);
  void writes(const std::string& id, json::Value body);  // any document; its first revision, or a child of the winner
  void removes(const std::string& id);
  // A file of that name, in place of one that is there.
  void attaches(const std::string& id, const std::string& name, const std::string& bytes,
                const std::string& content_type = "image/jpeg");
  json::Value report(const std::string& id);
  json::Value value(const std::string& id, const std::string& field) { return report(id)["values"][field]; }
  json::Value reference_document(const std::string& id);
  std::size_t live_leaves(const std::string& id);
  std::vector<std::string> leaves(const std::string& id);

  Round syncs();  // must go through
  Round tries_to_sync() { return syncer->step(); }
  int requests_of(const std::function<void()>& what);
  SyncStatus status() { return syncer->status(); }
  LedgerRow fate(const std::string& id);  // of its newest local write
  std::vector<Refusal> refusals();

  // The program ends and is started again: nothing but the files remains.
  void restarts();
  // So many documents each, and the next batch before the last one is answered.
  void sends_in_batches_of(std::size_t documents);
  void keeps_a_copy();
  void goes_back();
  // The PC's files, copied to another PC.
  std::unique_ptr<Office> is_cloned();

  Province& province;
  const std::string slug;
  TempFolder folder;
  Line line;
  SeededRandom random;
  std::unique_ptr<Store> own, reference;
  std::unique_ptr<Syncer> syncer;

 private:
  void opens();
  void closes();

  std::size_t batch_ = BatchSize::kDocumentsMax;
};

// The bytes of a report's file in a store; "nothing" when there is none.
std::string attached(Store& store, const std::string& id, const std::string& name);

template <typename... Offices>
void sync_all(Offices&... offices) {
  (offices.syncs(), ...);
  (offices.syncs(), ...);
}

}  // namespace tram::test
