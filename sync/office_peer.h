// sync/office_peer.h: an office's store as the near end of replication with the province.
//
// As a source it offers what the province cannot have: with `only_own`, the leaves made on this PC since the
// checkpoint, so that no question about missing revisions is needed. As a target it puts documents, refusals of its own
// and the checkpoint into one transaction. It also keeps the refusal ledger (docs/protocol.md, A refusal is an answer).
// One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "storage/store.h"
#include "sync/local_peer.h"
#include "sync/peer.h"

namespace tram {

class OfficePeer final : public Peer {
 public:
  // `remote` names the other end in the ledger: the name of its database.
  OfficePeer(Store& store, Clock& clock, std::string remote);

  Result<PeerId> id() override;
  Result<ChangesPage> changes(const Sequence& since, const PageOptions& options) override;
  Result<RevisionSet> missing(const RevisionSet& offered) override;
  Result<std::vector<Document>> read(const RevisionSet& wanted) override;
  Result<Written> write(std::span<const Document> documents, const WriteOptions& options) override;
  Result<std::optional<Checkpoint>> checkpoint(const std::string& replication_id) override;
  Result<std::string> save_checkpoint(const std::string& replication_id, const Checkpoint& checkpoint) override;

  // Rows of changes() carry what was made here; otherwise they only name leaves. `cut` leaves out the part of each path
  // that the other end is known to hold: only where it would notice that it does not (Tram-If-Seen).
  void offer_only_own(bool only_own, bool cut) {
    only_own_ = only_own;
    cut_ = only_own && cut;
  }
  // The lower of two positions in this store, as its history reads them.
  Result<Sequence> lower(const Sequence& a, const Sequence& b);

  // --- the ledger -------------------------------------------------------------------------------------------------
  // After a page went over: opens rows for what was refused, and for revisions below it that were never sent by
  // themselves; closes rows of what was taken, or replaced.
  Status keep_push(Transaction& transaction, std::span<const Document> sent, std::span<const Refused> refused,
                   const Sequence& since, const std::string& rules);
  Status keep_pull(std::span<const Refused> refused);
  Result<bool> has_refusals();  // open ones, of a push
  // Documents of open rows that deserve another try: those that `chosen` picks, and tombstones held back for a merge
  // that went over meanwhile.
  Result<std::vector<Document>> again(const std::function<bool(const Refusal&)>& chosen);

  // The other end went back. What it refused and took later is behind the position where both begin again, and it may
  // have lost that: such documents made here and behind `since` are to be offered again.
  Status go_again(Transaction& transaction, const Sequence& since);

  // --- large attachments ------------------------------------------------------------------------------------------
  // Documents that wait for theirs to be sent, as they are now, and those that wait for them to come.
  Result<std::vector<Document>> awaiting_push();
  Result<RevisionSet> awaiting_pull();
  // The other end has this revision no longer: nothing more is waited for.
  Status give_up_awaited(const std::string& id, const RevisionId& rev);
  // The other end has these bytes; or perhaps no longer has any.
  void note_there(const std::string& sha256) { there_.insert(sha256); }
  bool is_there(const std::string& sha256) const { return there_.contains(sha256); }
  void forget_there() { there_.clear(); }

 private:
  struct Offered {
    std::vector<Document> documents;
    std::vector<Refused> held;  // tombstones that must wait for their merge
  };
  // What was made here, and of what came from the province that which it refused when it had lost it.
  static bool is_to_send(const Node& node, std::span<const Refusal> open_rows);
  Result<Offered> offer(Snapshot& snapshot, const Record& record, std::uint64_t since,
                        std::span<const Refusal> open_rows) const;
  // Loads what travels inside; false where something larger must be there first.
  Result<bool> load_attachments(Snapshot& snapshot, const RevisionTree& tree, std::int32_t leaf, std::uint64_t since,
                                bool all, Document& document) const;
  Result<std::vector<Refusal>> open_rows(Snapshot& snapshot, bool push) const;
  static Status close_rows(Transaction& transaction, const Document& came, std::span<const Refusal> pulled,
                           std::span<const Refusal> pushed);
  Refusal refusal_of(const Refused& refused, bool push, const std::string& rules) const;

  Store& store_;
  Clock& clock_;
  const std::string remote_;
  LocalPeer local_;
  bool only_own_ = true, cut_ = false;
  std::set<std::string> there_;  // blobs
};

// A document waits because large attachments of it go, or come, by themselves first.
inline constexpr std::string_view kAwaitsBytes = "attachment_waits";
// A tombstone waits because the merge that it names is not known to be at the province: no refusal, only kept in mind.
inline constexpr std::string_view kHeldBack = "held_back";

// A document goes once more because the province went back (go_again).
inline constexpr std::string_view kGoesAgain = "goes_again";

// No refusals: rows that only keep in mind what is to be done.
inline bool is_waiting(std::string_view code) {
  return code == kHeldBack || code == kAwaitsBytes || code == kGoesAgain;
}

Status put_checkpoint(Transaction& transaction, const std::string& replication_id, const Checkpoint& checkpoint);

}  // namespace tram
