// The half of a round that sends what was made here.
#include <algorithm>

#include "sync/ledger.h"
#include "sync/round_runner.h"

namespace tram {
namespace {

constexpr int kServerErrorsMax = 3;

void count(const PageDone& page, Round& round) {
  const auto refused = static_cast<std::size_t>(std::count_if(
      page.refused.begin(), page.refused.end(), [](const Refused& one) { return !is_waiting(one.code); }));
  round.sent += page.documents.size() - std::min(page.documents.size(), refused);
  round.refused += refused;
}

}  // namespace

// Where the push begins: by this store alone where the other end would object to a gap (Tram-If-Seen), else by what
// both ends wrote down.
Result<Checkpoint> RoundRunner::push_start(const std::string& id) {
  ASSIGN_OR_RETURN(const std::optional<Checkpoint> here, own_.here.checkpoint(id));
  if (!memory_.compare_push && (server_.own() || own_.agreed)) return here.value_or(Checkpoint{});
  ASSIGN_OR_RETURN(const std::optional<Checkpoint> there, own_.there.checkpoint(id));
  own_.agreed = true;
  Checkpoint start = here.value_or(Checkpoint{});
  start.rev = there ? there->rev : "";
  const std::optional<Agreed> agreed = compare(here, there);
  start.source_last_seq = kBeginning;
  start.held.reset();
  if (agreed) {
    ASSIGN_OR_RETURN(start.source_last_seq, own_.here.lower(agreed->source, agreed->target));
    // Whether the run that wrote it came to its end is not known, unless it is our newest.
    if (here->held || start.source_last_seq != here->source_last_seq) start.held = kBeginning;
  } else if (here || there) {
    memory_.compare_push = true;
  }
  if (memory_.compare_push) {
    // What was noted here of later sessions spoke of another history: believed again, it would make the other end's
    // next note, whose answer may be lost with its refusals, look like one that both agree on.
    Checkpoint anew;
    anew.rev = start.rev;
    anew.held = start.held;
    if (agreed) advance(anew, there->session_id, start.source_last_seq);
    start = anew;
    RETURN_IF_ERROR(own_store_.write([&](Transaction& transaction) -> Status {
      RETURN_IF_ERROR(put_checkpoint(transaction, id, start));
      RETURN_IF_ERROR(own_.here.go_again(transaction, start.source_last_seq));
      RETURN_IF_ERROR(keep_acknowledged(transaction, from_json(start.whole())));
      return keep_all(transaction);
    }));
    kept_ = memory_;
    session_.kept();
  }
  return start;
}

Status RoundRunner::push(Round& round) {
  ASSIGN_OR_RETURN(const PeerId from, own_.here.id());
  ASSIGN_OR_RETURN(const PeerId to, own_.there.id());
  const std::string id = replication_id(from, to);
  ASSIGN_OR_RETURN(const Checkpoint start, push_start(id));
  if (memory_.compare_push) run_ = new_session_id(random_);
  const auto seen = memory_.seqs.find(options_.database);
  const std::string guard = memory_.compare_push || seen == memory_.seqs.end() ? "" : seen->second;
  own_.there.set_if_seen(guard);
  own_.here.offer_only_own(!memory_.compare_push, server_.own() && !guard.empty());

  Sequence since = start.whole();
  ReplicateOptions options;
  options.clock = &clock_;
  options.random = &random_;
  options.replication_id = id;
  options.start = start;
  options.session = run_;
  options.size = &push_size_;
  options.halve_server_errors = memory_.server_errors >= kServerErrorsMax;
  options.checkpoint_at_source = false;
  options.checkpoint_at_target = !server_.own();
  options.stop = stop_;
  options.overlap_from = options_.overlap_from;
  options.rows_max = options_.rows_max;
  options.keep = [&](std::span<const PageDone> pages) { return keep_pages(id, pages, since, round); };
  sent_until_ = own_store_.sequence();
  wrote_.clear();
  const auto summary = replicate(own_.here, own_.there, options);
  sent_until_ = 0;
  if (!summary) {
    run_ = new_session_id(random_);
    return summary.error();
  }
  memory_.compare_push = false;
  return {};
}

// What our own push did to the province is no news: where it began at what was pulled, the pull is that much further.
// Batches that overlap may be taken in another order than they are answered in.
Result<std::optional<Checkpoint>> RoundRunner::echo(std::span<const PageDone> pages) {
  bool has_written = false;
  for (const PageDone& page : pages) {
    const auto& wrote = page.written.wrote;
    if (!wrote || wrote->first == wrote->second) continue;
    wrote_.insert(*wrote);
    has_written = true;
  }
  if (!has_written) return std::optional<Checkpoint>();
  ASSIGN_OR_RETURN(Checkpoint pulled, pull_start(own_));
  const std::string began = from_json(pulled.source_last_seq);
  std::string end = began;
  for (auto next = wrote_.find(end); next != wrote_.end(); next = wrote_.find(end)) {
    end = next->second;
    wrote_.erase(next);
  }
  if (end == began) return std::optional<Checkpoint>();
  advance(pulled, run_, sequence_of(end));
  return std::optional(std::move(pulled));
}

Status RoundRunner::keep_pages(const std::string& id, std::span<const PageDone> pages, Sequence& since, Round& round) {
  const bool was_sent =
      std::any_of(pages.begin(), pages.end(), [](const PageDone& page) { return !page.documents.empty(); });
  if (was_sent) note_contact();
  std::optional<Checkpoint> pulled;
  std::string pull_id;
  if (server_.own()) {
    ASSIGN_OR_RETURN(pulled, echo(pages));
    ASSIGN_OR_RETURN(const PeerId here, own_.here.id());
    pull_id = replication_id(PeerId{own_.there_id, ""}, here);
  }
  const Checkpoint& reached = pages.back().checkpoint;
  const std::string position = from_json(reached.whole());
  memory_.server_errors = 0;
  RETURN_IF_ERROR(own_store_.write([&](Transaction& transaction) -> Status {
    Sequence from = since;
    for (const PageDone& page : pages) {
      // A later answer may have told of other rules, under which what this one refused goes again.
      const std::string& rules = page.written.rules.empty() ? memory_.rules : page.written.rules;
      RETURN_IF_ERROR(own_.here.keep_push(transaction, page.documents, page.refused, from, rules));
      from = page.checkpoint.whole();
    }
    RETURN_IF_ERROR(put_checkpoint(transaction, id, reached));
    if (pulled) RETURN_IF_ERROR(put_checkpoint(transaction, pull_id, *pulled));
    RETURN_IF_ERROR(keep_acknowledged(transaction, position));
    ASSIGN_OR_RETURN(const std::uint64_t confirmed, transaction.since(position));
    RETURN_IF_ERROR(transaction.confirm(options_.database, confirmed));
    return was_sent ? keep_all(transaction) : Status();
  }));
  if (was_sent) {
    kept_ = memory_;
    kept_at_ms_ = clock_.steady_ms();
    session_.kept();
  }
  for (const PageDone& page : pages) count(page, round);
  since = reached.whole();
  return {};
}

// What was refused goes again when the rules have changed, when a person asks, and, if it was the server that failed,
// once a session.
Status RoundRunner::push_again(const Wishes& wishes, Round& round) {
  const bool new_session = !offered_server_errors_;
  if (!own_.there.rules().empty()) memory_.rules = own_.there.rules();
  ASSIGN_OR_RETURN(const std::vector<Document> documents, own_.here.again([&](const Refusal& row) {
    if (wishes.offer_refused || row.code == kAwaitsBytes || row.code == kGoesAgain) return true;
    if (row.code == "missing_stub") return true;
    if (new_session && (row.code == "server_error" || !server_.own())) return true;
    return !memory_.rules.empty() && row.rules != memory_.rules;
  }));
  offered_server_errors_ = true;
  for (std::size_t at = 0; at < documents.size(); at += BatchSize::kDocumentsMax) {
    const std::span batch = std::span(documents).subspan(at, std::min(BatchSize::kDocumentsMax, documents.size() - at));
    ASSIGN_OR_RETURN(const Carried carried, write_halving(own_.there, batch, {}, true, push_size_));
    note_contact();
    const auto lacks_bytes = [](const Refused& one) { return one.code == "missing_stub"; };
    if (std::any_of(carried.refused.begin(), carried.refused.end(), lacks_bytes)) own_.here.forget_there();
    round.sent += batch.size() - std::min(batch.size(), carried.refused.size());
    round.refused += carried.refused.size();
    RETURN_IF_ERROR(own_store_.write([&](Transaction& transaction) -> Status {
      ASSIGN_OR_RETURN(const WireSequence now, transaction.wire(own_store_.sequence()));
      return own_.here.keep_push(transaction, batch, carried.refused, to_json(now), memory_.rules);
    }));
  }
  return {};
}

void RoundRunner::note_server_errors(const Status& pushed) {
  if (pushed || pushed.error().code != ErrorCode::server_error) return;
  memory_.server_errors = std::min(memory_.server_errors + 1, kServerErrorsMax);
}

}  // namespace tram
