// sync/round_runner.h (inside sync only): one round of an office with its province, from what the store remembers to
// what it shall remember. Syncer decides when. One thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "http/client.h"
#include "storage/store.h"
#include "sync/batch_size.h"
#include "sync/local_peer.h"
#include "sync/memory.h"
#include "sync/office_peer.h"
#include "sync/remote_peer.h"
#include "sync/remote_server.h"
#include "sync/replicate.h"
#include "sync/session.h"
#include "sync/syncer.h"

namespace tram {

// What a round should look at, beside pushing.
struct Wishes {
  bool ask_for_news = true;                       // if no answer tells on the way
  bool pull_own = false, pull_reference = false;  // something waits there, as a long poll told
  bool offer_refused = false;                     // everything in the ledger once more
  bool accept_server = false;                     // another server is welcome
};

class RoundRunner {
 public:
  RoundRunner(Store& own, Store& reference, http::Client& client, Clock& clock, Random& random,
              const SyncerOptions& options, std::atomic<std::uint64_t>& sent_until);

  Round run(const Wishes& wishes, const std::stop_token& stop);
  // Makes durable what is only good to know: when the program ends.
  Status flush();
  const Memory& memory() const { return memory_; }

  // A long poll; nothing while the server is not known yet.
  std::unique_ptr<http::Pending> start_news();
  // What its end asks for.
  Result<Wishes> finish_news(http::Pending& pending);
  // A day is over, or the line broke: the next request proves again who we are.
  void end_session();

 private:
  // The two ends of one database, and what a run between them needs.
  struct Link {
    Store& store;
    OfficePeer here;
    RemotePeer there;
    std::string& there_id;                     // in memory_
    bool& compare;                             // in memory_: the pull compares by ids
    bool agreed = false, pull_agreed = false;  // this session has compared checkpoints with a stock server
    std::string name() const { return there.database(); }
  };

  Status load();
  Status meet(const Wishes& wishes);
  Status check_databases();
  Status go(const Wishes& wishes, Round& round);
  bool recover(const Error& error);

  Status push(Round& round);
  Result<Checkpoint> push_start(const std::string& id);
  Status keep_pages(const std::string& id, std::span<const PageDone> pages, Sequence& since, Round& round);
  Result<std::optional<Checkpoint>> echo(std::span<const PageDone> pages);
  Status push_again(const Wishes& wishes, Round& round);
  void note_server_errors(const Status& pushed);

  Status pull_what_waits(const Wishes& wishes, std::uint64_t told_before, Round& round);
  Status pull(Link& link, Round& round);
  Result<Checkpoint> pull_start(Link& link);
  Result<std::string> pulled_to(Link& link);
  Status merge(Round& round);

  // Large attachments, last of all, part by part; what is saved or comes meanwhile goes between two parts.
  Status carry_attachments(Round& round);
  Status send_awaited(Round& round);
  Status upload(const Attachment& attachment, Round& round);
  Status send_to_stock(const Document& document, Round& round);
  Status fetch_awaited(Link& link, Round& round);
  Status download(Link& link, const Attachment& attachment, Round& round);
  Status keep_up(Round& round);

  void note_seqs();
  void note_contact();
  Status keep_all(Transaction& transaction);
  Status finish(Round& round, std::uint64_t answers_before);

  Store& own_store_;
  Clock& clock_;
  Random& random_;
  const SyncerOptions& options_;
  std::atomic<std::uint64_t>& sent_until_;
  Memory memory_, kept_;
  bool loaded_ = false, met_ = false, settled_ = false, offered_server_errors_ = false;
  std::int64_t kept_at_ms_ = 0;
  std::uint64_t unproved_ = 0;    // what was told so far (RemoteServer::seqs_told) when the reference had been asked
  std::uint64_t kept_up_to_ = 0;  // the own store's sequence at the last look between two parts
  RemoteServer server_;
  Session session_;
  Link own_, reference_;
  LocalPeer merger_;
  BatchSize push_size_, pull_size_;
  std::map<std::string, std::string> wrote_;  // by batches of this push beyond what was pulled: first sequence -> last
  // The session of the checkpoints that this program writes. Both ends believe what they wrote in a session they share,
  // so a new one begins when the other end may have noted what this one never heard of, or spoke of another history.
  std::string run_;
  std::stop_token stop_;
};

}  // namespace tram
