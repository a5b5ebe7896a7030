#include "sync/round_runner.h"

#include "core/base/log.h"

namespace tram {
namespace {

constexpr int kRecoveriesMax = 3;
constexpr std::int64_t kKeepContactMs = 600'000;

// Nothing more is sent in this round: the line, the server or this office's right to it is in doubt.
bool ends_round(const Error& failure) {
  switch (failure.code) {
    case ErrorCode::wrong_peer:
    case ErrorCode::history_changed:
    case ErrorCode::replica_fork:
    case ErrorCode::captive_portal:
    case ErrorCode::unauthorized:
    case ErrorCode::busy:
    case ErrorCode::cancelled: return true;
    default: return false;
  }
}

}  // namespace

RoundRunner::RoundRunner(Store& own, Store& reference, http::Client& client, Clock& clock, Random& random,
                         const SyncerOptions& options, std::atomic<std::uint64_t>& sent_until)
    : own_store_(own),
      clock_(clock),
      random_(random),
      options_(options),
      sent_until_(sent_until),
      server_(client, options.credential),
      session_(own, random),
      own_{own, OfficePeer(own, clock, options.database), RemotePeer(server_, options.database), memory_.peer_id,
           memory_.compare_pull},
      reference_{reference, OfficePeer(reference, clock, options.reference), RemotePeer(server_, options.reference),
                 memory_.reference_peer_id, memory_.compare_reference},
      merger_(own, {.rules = nullptr, .merges = true}),
      run_(new_session_id(random)) {}

Round RoundRunner::run(const Wishes& wishes, const std::stop_token& stop) {
  Round round;
  stop_ = stop;
  server_.set_stop(stop);
  const std::uint64_t requests_before = server_.client().traffic().requests;
  const std::uint64_t answers_before = server_.answers();
  Status status = load();
  if (status) status = meet(wishes);
  if (status) {
    status = go(wishes, round);
    for (int i = 0; i < kRecoveriesMax && !status && recover(status.error()); ++i) {
      status = meet(Wishes{});
      if (status) status = go(Wishes{}, round);
    }
  }
  if (!status) round.error = status.error();
  const Status finished = finish(round, answers_before);
  if (!finished && !round.error) round.error = finished.error();
  round.requests = server_.client().traffic().requests - requests_before;
  return round;
}

Status RoundRunner::load() {
  if (!loaded_) {
    RETURN_IF_ERROR(own_store_.read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(memory_, load_memory(snapshot));
      return {};
    }));
    kept_ = memory_;
    loaded_ = true;
    if (memory_.push_bytes > 0) push_size_ = BatchSize(memory_.push_bytes);
    if (memory_.pull_bytes > 0) pull_size_ = BatchSize(memory_.pull_bytes);
  }
  if (memory_.instance != own_store_.instance_uuid()) {
    // A restored or copied store: its checkpoints belong to the instance that it was.
    if (!memory_.instance.empty()) memory_.compare_push = memory_.compare_pull = memory_.compare_reference = true;
    memory_.instance = own_store_.instance_uuid();
  }
  own_.there.set_session(&session_, memory_.instance);
  reference_.there.set_session(nullptr, memory_.instance);
  if (settled_) return {};
  RETURN_IF_ERROR(merger_.merge_pending());
  settled_ = true;
  return {};
}

Status RoundRunner::meet(const Wishes& wishes) {
  if (wishes.accept_server) {
    server_.forget();
    memory_.uuid.clear();
    memory_.peer_id.clear();
    memory_.reference_peer_id.clear();
    memory_.seqs.clear();
    memory_.compare_push = memory_.compare_pull = memory_.compare_reference = true;
    met_ = false;
  }
  if (met_) return {};
  if (!memory_.uuid.empty()) server_.remember(memory_.uuid, memory_.own_kind);
  if (memory_.uuid.empty() || !memory_.own_kind) RETURN_IF_ERROR(server_.identify());
  memory_.uuid = server_.uuid();
  memory_.own_kind = server_.own();
  // A known sequence in Tram-If-Seen proves the database with each request; without one it is asked for.
  const auto seen = memory_.seqs.find(options_.database);
  const bool is_proved = memory_.own_kind && seen != memory_.seqs.end() && seen->second != "0";
  const bool lacks_reference = !options_.reference.empty() && memory_.reference_peer_id.empty();
  if (memory_.peer_id.empty() || lacks_reference || !is_proved) RETURN_IF_ERROR(check_databases());
  const auto remember = [](Link& link) { link.there.remember(PeerId{link.there_id, ""}); };
  remember(own_);
  remember(reference_);
  met_ = true;
  return {};
}

Status RoundRunner::check_databases() {
  std::vector<std::string> names{options_.database};
  if (!options_.reference.empty()) names.push_back(options_.reference);
  ASSIGN_OR_RETURN(const std::vector<DatabaseInfo> infos, server_.infos(names));
  for (Link* link : {&own_, &reference_}) {
    for (const DatabaseInfo& info : infos) {
      if (info.name != link->name() || !info.found) continue;
      const std::string id = server_.own() ? info.db_uuid : server_.uuid() + "/" + info.name;
      if (!link->there_id.empty() && link->there_id != id) {
        return error(ErrorCode::wrong_peer, "Another database " + info.name +
                                                " stands at this address than the one known; nothing was sent to it. "
                                                "An administrator must confirm it.");
      }
      link->there_id = id;
    }
  }
  if (own_.there_id.empty()) {
    return error(ErrorCode::not_found, "The server has no database " + options_.database + ".", "no_database");
  }
  return {};
}

Status RoundRunner::go(const Wishes& wishes, Round& round) {
  const std::uint64_t told_before = server_.seqs_told();
  Status pushed = push(round);
  if (pushed) pushed = push_again(wishes, round);
  note_server_errors(pushed);
  if (!pushed && ends_round(pushed.error())) return pushed;

  Status pulled = pull_what_waits(wishes, told_before, round);
  if (pulled && pushed && round.merged) pushed = push(round);
  // The rules may have been told only now.
  if (pulled && pushed) pushed = push_again(Wishes{}, round);
  if (pulled && pushed) pushed = carry_attachments(round);
  return pushed ? pulled : pushed;
}

bool RoundRunner::recover(const Error& failure) {
  if (failure.code == ErrorCode::history_changed) {
    log::warning("history_changed", {{"database", options_.database}});
    memory_.compare_push = memory_.compare_pull = true;
    memory_.seqs.clear();
    met_ = false;
    return true;
  }
  if (failure.code != ErrorCode::replica_fork) return false;
  log::warning("replica_fork", {{"database", options_.database}, {"instance", memory_.instance}});
  if (!own_store_.begin_new_history(true, false)) return false;
  if (!session_.start_over()) return false;
  memory_.instance = own_store_.instance_uuid();
  memory_.compare_push = memory_.compare_pull = memory_.compare_reference = true;
  own_.there.set_session(&session_, memory_.instance);
  reference_.there.set_session(nullptr, memory_.instance);
  return true;
}

void RoundRunner::end_session() {
  session_.end();
  own_.agreed = own_.pull_agreed = reference_.pull_agreed = false;
  offered_server_errors_ = false;
  if (!memory_.own_kind) met_ = false;
}

std::unique_ptr<http::Pending> RoundRunner::start_news() {
  if (!met_) return nullptr;
  auto position = pulled_to(own_);
  auto reference = pulled_to(reference_);
  if (!position || !reference) return nullptr;
  const std::string wake = reference_.there_id.empty() ? "" : options_.reference + ":" + *reference;
  return own_.there.start_news(sequence_of(*position), wake, options_.heartbeat_ms);
}

Result<Wishes> RoundRunner::finish_news(http::Pending& pending) {
  ASSIGN_OR_RETURN(const Sequence now, own_.there.finish_news(pending));
  ASSIGN_OR_RETURN(const std::string position, pulled_to(own_));
  Wishes wishes;
  wishes.ask_for_news = !server_.own();
  wishes.pull_own = from_json(now) != position;
  wishes.pull_reference = !wishes.pull_own;
  return wishes;
}

// Not what an answer about the reference told last: that request names no sequence of the office's own database, so a
// province that went back meanwhile would be taken for one that never did.
void RoundRunner::note_seqs() {
  if (server_.seqs_told() != unproved_ && !server_.seqs().empty()) memory_.seqs = server_.seqs();
}

void RoundRunner::note_contact() {
  memory_.last_contact = utc_text(clock_.wall_ms());
  note_seqs();
  if (!own_.there.rules().empty()) memory_.rules = own_.there.rules();
  memory_.push_bytes = push_size_.bytes();
  memory_.pull_bytes = pull_size_.bytes();
}

Status RoundRunner::keep_all(Transaction& transaction) {
  RETURN_IF_ERROR(session_.keep(transaction));
  return keep_memory(transaction, memory_);
}

// Times and sizes are worth no write of their own, until they have become old or the program ends.
Status RoundRunner::finish(Round& round, std::uint64_t answers_before) {
  if (server_.answers() > answers_before) note_contact();
  memory_.last_error.reset();
  memory_.state = SyncState::idle;
  if (round.error && round.error->code != ErrorCode::cancelled) {
    memory_.last_error = {std::string(round.error->what_name()), round.error->message, round.error->message_vi};
    memory_.state = state_of(*round.error);
  }
  Memory worth = memory_;
  worth.last_contact = kept_.last_contact;
  worth.push_bytes = kept_.push_bytes;
  worth.pull_bytes = kept_.pull_bytes;
  const bool is_old = memory_ != kept_ && clock_.steady_ms() - kept_at_ms_ > kKeepContactMs;
  if (worth == kept_ && !session_.must_keep() && !is_old) return {};
  return flush();
}

Status RoundRunner::flush() {
  if (!loaded_ || (memory_ == kept_ && !session_.must_keep())) return {};
  RETURN_IF_ERROR(own_store_.write([&](Transaction& transaction) -> Status { return keep_all(transaction); }));
  session_.kept();
  kept_ = memory_;
  kept_at_ms_ = clock_.steady_ms();
  return {};
}

}  // namespace tram
