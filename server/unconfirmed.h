// server/unconfirmed.h: what offices brought back in recovery although only the province writes it, until an officer has
// looked at it. It lies beside the documents, in the office's database, as `_local/unconfirmed/<id>`; replicated to nobody.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "storage/transaction.h"

namespace tram {

class Province;

// Adds these paths ("review", "corrections", "proposals/0001-5f0c9a21/review_state") to those of the document.
Status mark_unconfirmed(Transaction& transaction, const std::string& id, const std::vector<std::string>& paths);
// Empty: nothing of it waits.
Result<std::set<std::string>> unconfirmed_paths(Snapshot& snapshot, std::string_view id);

// [{"office","id","paths":[path]}], in order.
Result<json::Value> list_unconfirmed(Province& province);
// The officer has compared it with the papers: it counts from here on. Answers {"id","rev","paths"}. Errors: not_found
// (office, or nothing of this document waits), conflict (it has two versions, or changed meanwhile).
Result<json::Value> confirm_restored(Province& province, const std::string& slug, const std::string& id,
                                     const std::string& by);

}  // namespace tram
