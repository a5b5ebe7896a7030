// sync/rules.h: a rule object may refuse documents, and act on those taken. sync knows that rules exist, not what they
// are: the province hands its own to LocalPeer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/records/document.h"
#include "storage/transaction.h"
#include "sync/peer.h"

namespace tram {

class Rules {
 public:
  virtual ~Rules() = default;

  // 8 hex digits that change when any answer of judge() may change for other reasons than the document itself.
  virtual std::string digest() = 0;

  // May this revision be written? Called inside the write transaction, before the path is merged. `known` is the
  // document as held (or nothing). Never depends on a clock or on the order in which revisions arrive. A merge made
  // here passes through the same judgement (by_office false). Errors are failures of storage, not refusals.
  virtual Result<std::optional<Refused>> judge(Transaction& transaction, const Document& document,
                                               const std::optional<Record>& known, bool by_office) = 0;

  // Asked before the transaction, so that others can write meanwhile, by many threads at once: for each document, whether
  // judge() takes it from an office where nothing of that name is held. Empty: judge() must say.
  virtual std::vector<bool> takes_when_new(std::span<const Document>) { return {}; }

  // After a batch is durable, in a transaction of its own (the one that merges): a place to write receipts.
  virtual Status after(Transaction& transaction, std::span<const std::string> ids) = 0;
  // Does after() do anything about a document of this name? Where not, a batch needs no second transaction.
  virtual bool acts_on(std::string_view id) const { return !id.empty(); }
};

}  // namespace tram
