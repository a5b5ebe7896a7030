// The half of a round that fetches what others made.
#include "sync/round_runner.h"

namespace tram {
namespace {

Status note_whole(Store& store) {
  bool noted = false;
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(noted, came_whole(snapshot));
    return {};
  }));
  return noted ? Status() : store.write(keep_came_whole);
}

}  // namespace

// A store that goes back takes its checkpoint along, and our own server never skips anything for a position that it
// does not know: so this store's checkpoint alone is enough there. A stock server is asked for its copy once a session.
Result<Checkpoint> RoundRunner::pull_start(Link& link) {
  ASSIGN_OR_RETURN(const PeerId here, link.here.id());
  const std::string id = replication_id(PeerId{link.there_id, ""}, here);
  ASSIGN_OR_RETURN(const std::optional<Checkpoint> mine, link.here.checkpoint(id));
  return mine.value_or(Checkpoint{});
}

Result<std::string> RoundRunner::pulled_to(Link& link) {
  if (link.there_id.empty()) return std::string("0");
  ASSIGN_OR_RETURN(const Checkpoint checkpoint, pull_start(link));
  return from_json(checkpoint.source_last_seq);
}

Status RoundRunner::pull(Link& link, Round& round) {
  ASSIGN_OR_RETURN(const PeerId here, link.here.id());
  ReplicateOptions options;
  options.clock = &clock_;
  options.random = &random_;
  options.replication_id = replication_id(PeerId{link.there_id, ""}, here);
  ASSIGN_OR_RETURN(options.start, pull_start(link));
  options.session = run_;
  // What had moved behind the page where a run stopped stands before it in a history that went back.
  if (link.compare) options.start->source_last_seq = options.start->whole();
  if (!server_.own() && !link.pull_agreed) {
    ASSIGN_OR_RETURN(const std::optional<Checkpoint> there, link.there.checkpoint(options.replication_id));
    const std::optional<Agreed> agreed = compare(there, options.start);
    options.start->source_last_seq = agreed ? agreed->target : kBeginning;
    link.pull_agreed = true;
  }
  if (&link == &own_) {
    const auto seen = memory_.seqs.find(link.name());
    link.there.set_if_seen(seen == memory_.seqs.end() ? "" : seen->second);
  }
  options.size = &pull_size_;
  options.inline_documents = server_.own() && !link.compare;
  options.checkpoint_at_source = !server_.own();
  options.lost = [&](std::span<const Refused> lost) { return link.here.keep_pull(lost); };
  options.stop = stop_;
  options.read_ahead = options_.read_ahead ? 2 : 0;  // two: what makes pages and what stores them rest less
  options.stream_from = options_.overlap_from;
  options.rows_max = options_.rows_max;
  const std::uint64_t before = link.store.sequence();
  if (&link == &reference_) note_seqs();
  const auto summary = replicate(link.there, link.here, options);
  if (&link == &reference_) unproved_ = server_.seqs_told();
  round.received += link.store.sequence() - before;
  RETURN_IF_ERROR(summary);
  link.compare = false;
  return &link == &reference_ ? note_whole(link.store) : Status();
}

Status RoundRunner::pull_what_waits(const Wishes& wishes, std::uint64_t told_before, Round& round) {
  // Only an answer from the office's own database tells its rules, and what was refused waits for those.
  ASSIGN_OR_RETURN(const bool wants_rules, own_.here.has_refusals());
  const bool told = server_.seqs_told() > told_before;
  const bool asks_rules = wants_rules && !told && (wishes.ask_for_news || wishes.pull_reference);
  if (server_.own() && !told && !asks_rules && wishes.ask_for_news) RETURN_IF_ERROR(own_.there.ask_for_news());
  Status first;
  for (Link* link : {&own_, &reference_}) {
    if (link->there_id.empty()) continue;
    const bool is_own = link == &own_;
    bool waits = is_own ? wishes.pull_own || asks_rules : wishes.pull_reference;
    if (!server_.own()) {
      waits = waits || wishes.ask_for_news;
    } else if (server_.seqs_told() > told_before) {
      ASSIGN_OR_RETURN(const std::string position, pulled_to(*link));
      const auto seq = server_.seqs().find(link->name());
      waits = link->compare || (seq != server_.seqs().end() && seq->second != position);
    }
    if (!waits) continue;
    Status pulled = pull(*link, round);
    if (!pulled && first) first = std::move(pulled);
    if (is_own) {
      Status merged = merge(round);
      if (!merged && first) first = std::move(merged);
    }
  }
  return first;
}

// In this office's own copy only, by the ordinary way of writing; what it made goes out with the next push.
Status RoundRunner::merge(Round& round) {
  const std::uint64_t before = own_store_.sequence();
  RETURN_IF_ERROR(merger_.settle());
  if (own_store_.sequence() > before) round.merged = true;
  return {};
}

}  // namespace tram
