// sync/ledger.h: the fate of every local write.
//
// Derived, never stored: from the list of local writes, the revision trees, how far the province has acknowledged this
// store, and the refusals. So it is right after a restore, a fork, or a crash at any point. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "storage/store.h"

namespace tram {

enum class Fate {
  pending,     // saved here; the province has not got it
  sent,        // on its way: no answer yet
  received,    // the province holds it
  accepted,    // a submission with the province's receipt
  refused,     // the province did not take it: see reason
  merged,      // a merge closed its branch; its content lives on in the merge
  superseded,  // the province holds a later revision that grew from this one
};
std::string_view name_of(Fate fate);

struct LedgerRow {
  std::string id, rev, at;
  std::uint64_t seq = 0;
  Fate fate = Fate::pending;
  std::string code;                    // of a refusal
  std::string reason, reason_vi;       // of a refusal; empty otherwise
  std::optional<json::Value> receipt;  // content of `arrival:…`, of an accepted submission

  json::Value to_json() const;  // {"id","rev","at","fate","reason","reason_vi"?,"code"?,"receipt"}
};

struct LedgerOptions {
  std::string id;                // only this document; empty: all
  std::size_t limit = SIZE_MAX;  // the newest ones
  std::uint64_t sent_until = 0;  // Syncer::sent_until(): sequences that are on the line right now
};

// Oldest first.
Result<std::vector<LedgerRow>> read_ledger(Store& own, const LedgerOptions& options = {});

// `arrival:<form>:<period>:<digest>` for `submission:<form>:<period>:<digest>`; empty for other ids.
std::string arrival_of(std::string_view submission_id);

// The sequence up to which the province holds everything made here, refused revisions aside.
Result<std::uint64_t> acknowledged(Snapshot& snapshot);

}  // namespace tram
