// storage/transaction.h: writing to a store.
//
// A Transaction is a Snapshot that also writes; handed out by Store::write for the length of one call, durable when
// that call returns success. A document changed several times within one transaction takes one sequence.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "storage/snapshot.h"

namespace tram {

class Store;
struct HeldBlob;

class Transaction : public Snapshot {
 public:
  Transaction(Store& store, Connection& connection, std::uint64_t next_seq, std::string now);

  // A local edit: `parent` must be a leaf (empty: the document must be new, or deleted, when its tombstone is extended).
  // The body is canonical JSON without special members. Errors: conflict, bad_request (id), too_large.
  // Saving what the parent already is (same content) makes a revision all the same.
  Result<RevisionId> save(std::string_view id, const RevisionId& parent, bool deleted, std::string_view canonical_body,
                          const std::vector<Attachment>& given = {});

  // A revision made elsewhere, or a merge: its path goes into the tree. Never conflict. Answers whether anything
  // changed. Errors: forbidden named too_many_conflicts or purged; bad_request named bad_revision.
  enum class Put { unchanged, stored };
  Result<Put> put(const Document& document);

  // Several revisions of one document made here by resolve() or decide(): as put, and noted as local writes.
  Status put_own(const std::vector<Document>& revisions);

  // A revision that put() has just stored was made on this PC all the same, by a program that replicates with it: it
  // is noted as a local write, with those of its ancestors that came along.
  Status note_made_here(const Document& document);
  // Bytes in hand: documents of this transaction, and later ones, may name them by their SHA-256. An attachment without
  // a SHA-256 is a stub: it takes the bytes that the nearest ancestor on its path has under its name (with the same
  // revpos, where one is given). One with a SHA-256 that this store does not have, or a stub without such an ancestor:
  // put and save answer conflict named missing_stub, and nothing of that document is stored.
  Status bring(const HeldBlob& blob);
  // What save() would do with the attachments of a child of `parent`: digests, lengths, revpos.
  Status resolve(std::string_view id, const RevisionId& parent, std::vector<Attachment>& attachments);

  // Takes these revisions out for good, those of them that are leaves, with the ancestors that only they have; answers
  // the leaves that went. The document takes a sequence, or is gone when nothing is left of it. What was purged stays on
  // a list, and put() refuses whatever would bring it back: forbidden named purged.
  Result<std::vector<RevisionId>> purge(std::string_view id, std::span<const RevisionId> revs);
  // The list of another store, for a fresh one that takes its place.
  Status keep_purged(const std::vector<std::pair<std::string, std::string>>& list, std::string_view purge_seq);
  // Would this path bring back what was purged?
  Result<bool> is_purged(const Document& document);

  // Keeps the bodies of leaves alone. Not where documents are merged: it takes the bases of merges. Takes no sequence.
  Status compact(std::string_view id);

  // The record as this transaction sees it, its own changes included; find() of a Snapshot does the same here.
  Result<std::optional<Record>> find(std::string_view id) override;
  Result<std::optional<Body>> body(const Record& record, const RevisionId& rev) override;
  // Has any document that this transaction has looked at or written more than one live leaf?
  bool any_in_conflict() const;

  // _local documents: the last writer wins. Answers the new "0-N".
  Result<std::string> put_local(std::string_view id, std::string_view body, std::string_view given_rev = {});
  Result<bool> delete_local(std::string_view id);

  Status set_meta(std::string_view name, std::string_view value);

  // The refusal ledger. add: a row with the same peer, direction, id and rev that is open is brought up to date.
  Status add_refusal(const Refusal& refusal);
  Status close_refusal(std::uint64_t n, RefusalState state);

  // This peer holds everything up to a sequence: the newest revision it knows of each path stays as a merge base.
  // Lower than before is ignored.
  Status confirm(std::string_view peer, std::uint64_t seq);

  // Sequence that the next changed document would take, minus one.
  std::uint64_t last_sequence() const { return next_seq_ - 1; }

 private:
  friend class Store;
  struct Dirty {
    Record record;
    std::uint64_t old_seq = 0;  // 0: new
    bool changed = false;       // has taken its sequence in this transaction
    bool quiet = false;         // a body was added to a known revision: stored without a new sequence
    std::string written;        // the newest revision made here, for the ledger of writes; empty: none
  };

  // Bodies that are not in the file yet, for several rows go in at once.
  struct NewBodies {
    struct Row {
      std::uint64_t number;
      std::size_t end;  // of its text, in texts
    };
    std::uint64_t next = 0;  // number of the next one; 0: not known yet
    std::vector<Row> rows;
    std::string texts;
    std::optional<Error> failure;  // some are lost: nothing that names them may be stored
  };
  // Between these two ids, both left out, nothing is stored: where many new documents come, most of them need not be
  // looked for.
  struct Gap {
    std::optional<std::string> above, below;  // nothing: no stored id lies there
    bool is_known = false;
    int misses = 0, looks = 0, hits = 0;
    bool holds(std::string_view id) const { return is_known && (!above || id > *above) && (!below || id < *below); }
  };

  Result<Dirty*> open(std::string_view id);
  Result<std::optional<Record>> look_for(std::string_view id);
  Status learn_gap(std::string_view id);
  Result<std::optional<std::string>> first_id(const char* sql, std::string_view than);
  Result<Put> put_resolved(const Document& document);
  Status use_blobs(std::uint64_t body, const std::vector<Attachment>& attachments);
  Result<std::vector<std::string>> condemn_blobs(std::int64_t now_ms,
                                                 const std::function<bool(const std::string&)>& is_held);
  void take_sequence(Dirty& dirty);
  // is_own: the id is known to name this content.
  Status attach_body(Dirty& dirty, std::int32_t node, bool deleted, std::string_view body,
                     const std::vector<Attachment>& attachments, bool is_own);
  Status after_change(Dirty& dirty);
  Result<std::uint64_t> add_body(std::string_view text, const std::vector<Attachment>& attachments);
  Status insert_bodies();
  Status delete_body(std::uint64_t body);
  Status drop_bodies(Dirty& dirty);
  Status drop_all_but(Dirty& dirty, const std::set<std::int32_t>& kept);
  // Gives each attachment of a revision its bytes: above names its ancestors, nearest first.
  Status resolve_attachments(const Record& record, std::string_view name, const RevisionId& rev,
                             const std::vector<RevisionId>& above, std::vector<Attachment>& attachments);
  void note_write(Dirty& dirty, const RevisionId& rev) const;
  Status flush();
  Status insert_documents(const std::vector<const Dirty*>& documents);
  Status insert_writes(const std::vector<const Dirty*>& documents);
  Status remove(const Dirty& dirty);

  Store& store_;
  std::uint64_t next_seq_;
  std::string now_;
  std::map<std::string, std::uint64_t> confirmed_;
  std::map<std::string, Dirty, std::less<>> dirty_;  // no hash: ids come from whoever wants to make them collide
  Dirty* last_ = nullptr;                            // opened last
  Gap gap_;
  NewBodies bodies_;
};

}  // namespace tram
