#include "sync/changes_feed.h"

#include <algorithm>

#include "core/base/json.h"
#include "sync/render.h"
#include "sync/wire.h"

namespace tram {
namespace {

constexpr std::size_t kRecordsASlice = 300;
constexpr std::size_t kBodiesASlice = 50;        // where each body is looked at: they may be large
constexpr std::size_t kBytesASlice = 128 << 10;  // of rows
constexpr std::int64_t kSilenceMs = 10'000;      // CouchDB gives up after 30 s

// Generation of the newest ancestor that whoever reads from here on has.
std::uint64_t known_before(const RevisionTree& tree, std::int32_t at, std::uint64_t since) {
  while (at != Node::kNone && tree.at(at).arrived > since) at = tree.at(at).parent;
  return at == Node::kNone ? 0 : tree.at(at).rev.generation;
}

}  // namespace

ChangesFeed::ChangesFeed(std::shared_ptr<Database> database, Clock& clock, FeedOptions options)
    : database_(std::move(database)),
      clock_(clock),
      options_(std::move(options)),
      position_(options_.since),
      begun_ms_(clock.steady_ms()),
      said_ms_(begun_ms_) {
  if (options_.mode == FeedOptions::Mode::normal) until_ = database_->store->sequence();
  descending_from_ = until_;
}

Result<http::Chunk> ChangesFeed::next() {
  if (phase_ == Phase::over) return http::Chunk::end();
  if (phase_ == Phase::head) {
    phase_ = Phase::rows;
    if (!is_endless()) return http::Chunk::data("{\"results\":[\n");
  }
  if (phase_ == Phase::tail) return tail();

  watches_ = {database_->changed->watch()};
  if (options_.wake) watches_.push_back(options_.wake->changed->watch());
  std::string out;
  bool at_end = is_full() || is_own_echo();
  if (!at_end) RETURN_IF_ERROR(read_slice(out, at_end));
  if (is_full()) at_end = true;
  if (!out.empty()) {
    said_ms_ = clock_.steady_ms();
    if (at_end && !is_endless()) phase_ = Phase::tail;
    return http::Chunk::data(std::move(out));
  }
  if (at_end) return idle();
  if (clock_.steady_ms() - said_ms_ < kSilenceMs) return http::Chunk::wait({});  // lets others work
  said_ms_ = clock_.steady_ms();
  return http::Chunk::data(heartbeat());
}

std::string_view ChangesFeed::content_type() const {
  return options_.mode == FeedOptions::Mode::eventsource ? "text/event-stream" : "application/json";
}

bool ChangesFeed::is_endless() const {
  return options_.mode == FeedOptions::Mode::continuous || options_.mode == FeedOptions::Mode::eventsource;
}

std::string ChangesFeed::heartbeat() const {
  return options_.mode == FeedOptions::Mode::eventsource ? "event: heartbeat\ndata: \n\n" : "\n";
}

bool ChangesFeed::is_full() const {
  return (options_.limit && rows_ >= *options_.limit) ||
         (options_.bytes_max > 0 && rows_ > 0 && bytes_ >= options_.bytes_max);
}

bool ChangesFeed::is_own_echo() {
  if (options_.mode != FeedOptions::Mode::longpoll || options_.instance.empty() || rows_ > 0) return false;
  if (database_->echo.writing(options_.instance)) return true;
  position_ = database_->echo.skip(options_.instance, position_);
  return false;
}

// All that is there has been told.
http::Chunk ChangesFeed::idle() {
  const auto tail_now = [this] {
    phase_ = Phase::tail;
    return http::Chunk::data("");
  };
  if (is_full() || options_.mode == FeedOptions::Mode::normal || database_->removed) return tail_now();
  if (options_.mode == FeedOptions::Mode::longpoll && rows_ > 0) return tail_now();
  if (options_.wake && options_.wake->store->sequence() > options_.wake_seq) return tail_now();

  const std::int64_t now = clock_.steady_ms();
  if (options_.heartbeat_ms == 0) {
    const std::int64_t since = is_endless() ? said_ms_ : begun_ms_;
    const std::int64_t left = since + options_.timeout_ms - now;
    return left <= 0 ? tail_now() : http::Chunk::wait({left, watches_});
  }
  const std::int64_t left = said_ms_ + options_.heartbeat_ms - now;
  if (left > 0) return http::Chunk::wait({left, watches_});
  said_ms_ = now;
  return http::Chunk::data(heartbeat());
}

Status ChangesFeed::read_slice(std::string& out, bool& at_end) {
  const std::uint64_t until = until_ != 0 ? until_ : database_->store->sequence();
  if (until <= position_) {
    at_end = true;
    return {};
  }
  return database_->store->read([&](Snapshot& snapshot) -> Status {
    const std::size_t most = records_a_slice();
    const auto add = [&, seen = std::size_t{0}](const Record& record) mutable -> Result<bool> {
      RETURN_IF_ERROR(add_row(out, snapshot, record));
      (options_.descending ? descending_from_ : position_) = record.seq - (options_.descending ? 1 : 0);
      return !is_full() && ++seen < most && out.size() < kBytesASlice;
    };
    if (options_.descending) {
      ASSIGN_OR_RETURN(at_end, each_from_above(snapshot, add));
      return {};
    }
    ASSIGN_OR_RETURN(at_end, snapshot.each_change(position_, until, add));
    if (at_end) position_ = std::max(position_, until);
    // A long poll that has something to tell ends where it began to tell.
    if (rows_ > 0 && options_.mode == FeedOptions::Mode::longpoll && until_ == 0) until_ = until;
    return {};
  });
}

std::size_t ChangesFeed::records_a_slice() const { return options_.selector ? kBodiesASlice : kRecordsASlice; }

// A window of sequences from the newest down; it holds at most as many documents. Whether all is told.
Result<bool> ChangesFeed::each_from_above(Snapshot& snapshot, const std::function<Result<bool>(const Record&)>& add) {
  const std::size_t window = options_.include_docs ? kBodiesASlice : records_a_slice();
  const std::uint64_t from = std::max(position_, descending_from_ - std::min<std::uint64_t>(window, descending_from_));
  ASSIGN_OR_RETURN(const auto found, snapshot.changes(from, descending_from_, window));
  for (auto record = found.rbegin(); record != found.rend(); ++record) {
    ASSIGN_OR_RETURN(const bool more, add(*record));
    if (!more) return false;
  }
  descending_from_ = from;
  return from <= position_;
}

Result<bool> ChangesFeed::passes(Snapshot& snapshot, const Record& record, std::vector<std::int32_t>& leaves) const {
  if (options_.ids && !options_.ids->contains(record.id)) return false;
  if (options_.only_design && !record.id.starts_with("_design/")) return false;
  leaves = record.tree.leaves();
  if (!options_.all_leaves && !options_.new_leaves) leaves.resize(std::min<std::size_t>(leaves.size(), 1));
  if (!options_.selector) return true;
  std::vector<std::int32_t> matching;
  for (const std::int32_t leaf : leaves) {
    ASSIGN_OR_RETURN(const json::Value value, value_of(snapshot, record, leaf));
    if (options_.selector->matches(value)) matching.push_back(leaf);
  }
  leaves = std::move(matching);
  return !leaves.empty();
}

Status ChangesFeed::add_row(std::string& out, Snapshot& snapshot, const Record& record) {
  std::vector<std::int32_t> leaves;
  ASSIGN_OR_RETURN(const bool passing, passes(snapshot, record, leaves));
  if (!passing) return {};
  ChangeRow row;
  ++rows_;
  last_row_ = record.seq;
  if (rows_ % options_.seq_interval == 0) {
    ASSIGN_OR_RETURN(const WireSequence seq, snapshot.wire(record.seq));
    row.seq = to_json(seq);
  } else {
    row.seq = "null";
  }
  row.id = record.id;
  row.deleted = record.tree.deleted();
  for (const std::int32_t leaf : leaves) {
    const Node& node = record.tree.at(leaf);
    row.leaves.push_back(node.rev);
    if (!options_.new_leaves || node.arrived <= options_.held) continue;
    ASSIGN_OR_RETURN(auto document, snapshot.document(record, leaf));
    if (!document) continue;
    if (options_.inline_max > 0 && !document->attachments.empty()) {
      document->held = known_before(record.tree, leaf, options_.held);
    }
    row.documents.push_back(*std::move(document));
  }
  const std::size_t before = out.size();
  if (options_.mode == FeedOptions::Mode::eventsource) out += "data: ";
  if (rows_ > 1 && !is_endless()) out += ",\n";
  const std::size_t begin = out.size();
  wire::write_change_row(out, row, options_.new_leaves, options_.inline_max);
  if (options_.include_docs && !options_.new_leaves) {
    out.back() = ',';
    out += "\"doc\":";
    Shown shown{.conflicts = options_.conflicts};
    if (options_.attachments) shown.data.form = DocumentParts::Data::Form::base64;
    ASSIGN_OR_RETURN(const bool has_body, render(out, snapshot, record, record.tree.winner(), shown));
    out += has_body ? "}" : "null}";
  }
  // A row is a line, and a body is the text that came: between its tokens a line may end.
  for (const char end : {'\n', '\r'}) {
    for (std::size_t at = begin; (at = out.find(end, at)) != std::string::npos;) out[at] = ' ';
  }
  if (is_endless()) out += '\n';
  if (options_.mode == FeedOptions::Mode::eventsource) out += row.seq == "null" ? "\n" : "id: " + row.seq + "\n\n";
  bytes_ += out.size() - before;
  return {};
}

Result<http::Chunk> ChangesFeed::tail() {
  phase_ = Phase::over;
  if (options_.mode == FeedOptions::Mode::eventsource) return http::Chunk::end();
  std::string out;
  RETURN_IF_ERROR(database_->store->read([&](Snapshot& snapshot) -> Status {
    const std::uint64_t read_to = options_.descending && rows_ > 0 ? last_row_ : position_;
    ASSIGN_OR_RETURN(const WireSequence last, snapshot.wire(read_to));
    ASSIGN_OR_RETURN(const std::uint64_t pending, database_->pending.after(snapshot, position_));
    if (options_.mode == FeedOptions::Mode::continuous) {
      out = "{\"last_seq\":";
    } else {
      out = rows_ > 0 ? "\n],\n\"last_seq\":" : "],\n\"last_seq\":";
    }
    out += last.n == 0 ? "\"0\"" : to_json(last);
    out += ",\"pending\":" + std::to_string(pending) + "}\n";
    return {};
  }));
  return http::Chunk::data(std::move(out));
}

}  // namespace tram
