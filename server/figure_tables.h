// server/figure_tables.h: what every office contributes to every form and period, kept beside the documents so that a
// table of the whole province need not read the databases of all its offices.
//
// Kept up to date from the change feeds: for each office the tables remember how far they have come in its history, and
// read only what came after. They can be computed again from nothing at any time (verify does, and compares byte by
// byte); a file that is missing or damaged is. What a contribution rests on beside its report (form, window, the
// office's two steps) is remembered too: when that changes, it is made anew. Figures of the past (as of) are not in here.
//
// One file, figures.db (storage/derived.h). Any thread; whoever asks waits until the tables are up to date.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "core/reports/contribution.h"
#include "server/reference_data.h"
#include "server/registry.h"
#include "server/run_inputs.h"
#include "storage/derived.h"
#include "sync/databases.h"

namespace tram {

// What the tables are made from. All of it outlives them.
struct FigureSources {
  const Registry& registry;
  ReferenceView& reference;
  Clock& clock;
  std::function<Result<std::shared_ptr<Database>>(const Office&)> open_office;
};

class FigureTables {
 public:
  static Result<std::unique_ptr<FigureTables>> open(const std::string& path, FigureSources from);

  // Something was committed in this office's database. Quick, any thread.
  void note_change(const std::string& slug);
  // Keeps up until asked to stop, so that nobody who asks has to wait.
  void follow(const std::stop_token& stop);

  // Everything that was committed before the call is in the tables after it. Answers how many reports were read.
  Result<std::size_t> refresh();

  // One office's row of a table. Without a report or submission there is none.
  struct Row {
    std::string office;
    std::optional<Contribution> preview, official;  // order and period filled in; units' names as the report keeps them
    std::optional<json::Value> conflict;
  };
  enum class Wanted { preview, official, both };  // the contributions that a row is to carry
  // In order of slug. Nothing when the table is kept for another version of the form, or rests on another reference than
  // this one: then the documents themselves must be asked.
  Result<std::optional<std::vector<Row>>> rows(const ReferenceData& reference, const Form& form, const Period& period,
                                               Wanted wanted = Wanted::both);
  // Of every form, period and office that has something, in no order that means anything.
  struct Standing {
    std::string form, period, office;
    ReportStatus status;
  };
  Result<std::vector<Standing>> standings();
  // Slug -> where its report stands.
  Result<std::map<std::string, ReportStatus>> statuses(const std::string& form, const std::string& period);

  // Recomputes all of it from the documents and compares.
  struct Verified {
    std::size_t offices = 0, reports = 0;
    std::vector<std::string> differences;  // one line each; empty: equal
  };
  Result<Verified> verify();
  // Forgets everything; the next refresh begins from nothing.
  Status forget();

 private:
  struct Work;
  FigureTables(std::unique_ptr<Derived> kept, FigureSources from) : kept_(std::move(kept)), from_(std::move(from)) {}
  Status load();
  Status refresh_office(const Office& office, const ReferenceData& reference, std::size_t& read);
  Status read_keys(const Office& office, const ReferenceData& reference, const std::set<std::string>& tables,
                   std::vector<Derived::Change>& changes);
  Status keep(const std::vector<Derived::Change>& changes);
  Status rebuild_stale(const ReferenceData& reference, std::size_t& read);
  std::set<std::string> take_changed();
  void wait_for_changes(const std::stop_token& stop);

  const std::unique_ptr<Derived> kept_;
  const FigureSources from_;
  std::mutex refreshing_;                      // one at a time
  std::map<std::string, std::string> basis_;   // table -> what its contributions rest on; guarded by refreshing_
  std::set<std::string> stale_;                // tables whose basis is another now; guarded by refreshing_
  std::shared_ptr<const ReferenceData> seen_;  // the reference that basis_ was compared with

  std::mutex changed_mutex_;
  std::condition_variable_any changed_;
  std::set<std::string> changed_slugs_;
  std::uint64_t changes_ = 0;
  std::set<std::string> checked_;  // offices that were compared with their cursor since the start
  // The registry's when the last of its offices was among checked_; nothing: look through them.
  std::optional<std::uint64_t> checked_version_;
};

}  // namespace tram
