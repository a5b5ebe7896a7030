// sync/remote_peer.h: a database behind a RemoteServer as a Peer.
//
// Toward our own server it uses the additions that save round trips (documents inside the feed, the checkpoint inside
// the batch, Tram-If-Seen, Tram-Session); toward any other CouchDB or PouchDB server only what those know. Errors are
// those of RemoteServer::send; a body of another shape than expected is `offline`, half an answer. One thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "storage/store.h"
#include "sync/peer.h"
#include "sync/remote_server.h"
#include "sync/session.h"

namespace tram {

class RemotePeer final : public Peer {
 public:
  RemotePeer(RemoteServer& server, std::string database);

  Result<PeerId> id() override;
  Result<ChangesPage> changes(const Sequence& since, const PageOptions& options) override;
  std::unique_ptr<PendingChanges> start_changes(const Sequence& since, const PageOptions& options) override;
  Result<RevisionSet> missing(const RevisionSet& offered) override;
  Result<std::vector<Document>> read(const RevisionSet& wanted) override;
  Result<Written> write(std::span<const Document> documents, const WriteOptions& options) override;
  std::unique_ptr<PendingWrite> start_write(std::span<const Document> documents, const WriteOptions& options) override;
  Result<std::optional<Checkpoint>> checkpoint(const std::string& replication_id) override;
  Result<std::string> save_checkpoint(const std::string& replication_id, const Checkpoint& checkpoint) override;

  // --- attachments ------------------------------------------------------------------------------------------------
  // Own servers: a part of a blob of this length; empty: only asks. Answers how much is there.
  Result<std::uint64_t> put_part(const std::string& sha256, std::uint64_t length, std::uint64_t offset,
                                 std::string part);
  // Own servers: at most `size` bytes of a blob.
  Result<std::string> get_part(const std::string& sha256, std::uint64_t offset, std::size_t size);
  // Any server: an attachment of a revision, whole, into a blob. Error offline when it is not what the stub says.
  Result<BlobPtr> get_attachment(const Document& document, const Attachment& attachment, BlobFolder& blobs);
  // Any server: a revision with all its attachments as multipart/related, from this store.
  Status put_related(const Document& document, Store& store);

  const std::string& database() const { return database_; }
  // The identity, where it is known from earlier or from RemoteServer::infos: id() then asks nothing.
  void remember(PeerId id) { id_ = std::move(id); }
  // Own servers only. A sequence that must lie in the server's history, or feed and batch are history_changed; empty:
  // no condition.
  void set_if_seen(std::string seq) { if_seen_ = std::move(seq); }
  // Own servers only; outlives the peer, or null: no sessions in this database. Its header goes with the first request of feed, batch, or comparison.
  void set_session(Session* session, std::string instance);

  // Tram-Rules as last told for this database; empty: never.
  const std::string& rules() const { return rules_; }

  // Own servers only: where its databases stand (RemoteServer::seqs), in as few bytes as there are.
  Status ask_for_news();

  // A long poll for news in this database after `since` or, own servers only, in another one ("reference:12-9f3c0a1b").
  // Answers where this database stands now; what is new is for changes() to tell.
  std::unique_ptr<http::Pending> start_news(const Sequence& since, const std::string& wake, std::int64_t heartbeat_ms);
  Result<Sequence> finish_news(http::Pending& pending);

 private:
  Result<http::Response> call(std::string_view method, const std::string& rest, std::string body = {},
                              bool guarded = false, http::Headers headers = {});
  bool goes_alone() const;
  // What goes beside others: guarded, and in no session that has yet to begin.
  std::unique_ptr<http::Pending> start(http::Request request, RemoteServer::Sink sink = {});
  Result<http::Response> finish(http::Pending& pending, bool is_fresh = true);
  class StartedChanges;
  enum class Pages { one, all };
  class StartedWrite;
  std::string changes_target(const Sequence& since, const PageOptions& options, Pages pages) const;
  http::Request write_request(std::span<const Document> documents, const WriteOptions& options) const;
  Result<Written> written_by(const http::Response& response) const;
  std::string local_target(const std::string& replication_id) const;

  RemoteServer& server_;
  const std::string database_;
  const std::string path_;  // "/" and the name, encoded
  std::optional<PeerId> id_;
  std::string if_seen_;
  std::string rules_;
  Session* session_ = nullptr;
  std::string instance_;  // of the store that speaks; keeps its own writes from waking its own long poll
};

// "418-9f3c0a1b", as headers have it, as JSON text; the reverse of from_json.
Sequence sequence_of(std::string_view seq);

}  // namespace tram
