#include "sync/replicate.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "sync/pages_ahead.h"

namespace tram {
namespace {

constexpr std::size_t kUnderWayMost = 3;  // batches
// Answers wait to be kept together: so many, and until this long after the first of these batches was sent, which no
// answer of a slow line is. What a power cut takes of them is sent once more.
constexpr std::size_t kAnsweredMost = 4;
constexpr std::int64_t kAnsweredMs = 300;

// The code under which a document that fails even alone is refused; empty: the failure is not this document's.
std::string_view culprit_code(const Error& failure, bool halve_server_errors) {
  if (failure.code == ErrorCode::too_large) return "too_large";
  if (failure.code == ErrorCode::bad_request) return "bad_document";
  if (failure.code == ErrorCode::conflict && failure.name == "missing_stub") return "missing_stub";
  if (failure.code == ErrorCode::server_error && halve_server_errors) return "server_error";
  return {};
}

Refused refused_alone(const Document& document, std::string_view code, const Error& why) {
  Refused refused;
  refused.id = document.id;
  refused.rev = document.rev.text();
  refused.code = std::string(code);
  refused.reason = why.message;
  refused.reason_vi = why.message_vi;
  return refused;
}

RevisionSet leaves_of(const ChangesPage& page) {
  RevisionSet leaves;
  for (const ChangeRow& row : page.rows) leaves.emplace_back(row.id, row.leaves);
  return leaves;
}

// Those of `wanted` for which no revision came.
RevisionSet without(const RevisionSet& wanted, const std::vector<Document>& found) {
  std::map<std::string_view, std::size_t> came;
  std::set<std::pair<std::string_view, RevisionId>> revisions;
  for (const Document& document : found) {
    ++came[document.id];
    revisions.emplace(document.id, document.rev);
  }
  RevisionSet missing;
  for (const auto& [id, revs] : wanted) {
    // A leaf that grew since the page was read stands for the revision asked for.
    if (came[id] >= revs.size()) continue;
    std::vector<RevisionId> lost;
    for (const RevisionId& rev : revs) {
      if (!revisions.contains({id, rev})) lost.push_back(rev);
    }
    if (!lost.empty()) missing.emplace_back(id, std::move(lost));
  }
  return missing;
}

std::vector<Document> carried_by(ChangesPage& page) {
  std::vector<Document> documents;
  documents.reserve(page.rows.size());
  for (ChangeRow& row : page.rows) {
    std::move(row.documents.begin(), row.documents.end(), std::back_inserter(documents));
  }
  return documents;
}

// Fetches what a page speaks of and the target lacks; what the source cannot give is refused as source_lost.
Result<std::vector<Document>> fetch(Peer& source, Peer& target, const ChangesPage& page,
                                    std::vector<Refused>& refused) {
  std::vector<Document> documents;
  if (page.rows.empty()) return documents;
  ASSIGN_OR_RETURN(const RevisionSet wanted, target.missing(leaves_of(page)));
  if (wanted.empty()) return documents;
  ASSIGN_OR_RETURN(documents, source.read(wanted));
  const RevisionSet once_more = without(wanted, documents);
  if (once_more.empty()) return documents;
  ASSIGN_OR_RETURN(std::vector<Document> late, source.read(once_more));
  for (const auto& [id, revs] : without(once_more, late)) {
    for (const RevisionId& rev : revs) {
      Refused lost;
      lost.id = id;
      lost.rev = rev.text();
      lost.code = "source_lost";
      lost.reason = "The source names this revision but does not give it in a form that can be taken.";
      refused.push_back(std::move(lost));
    }
  }
  std::move(late.begin(), late.end(), std::back_inserter(documents));
  return documents;
}

Result<Checkpoint> agreed_start(Peer& source, Peer& target, const std::string& id) {
  ASSIGN_OR_RETURN(const std::optional<Checkpoint> at_source, source.checkpoint(id));
  ASSIGN_OR_RETURN(std::optional<Checkpoint> at_target, target.checkpoint(id));
  const std::optional<Agreed> agreed = compare(at_source, at_target);
  Checkpoint start = at_target.value_or(Checkpoint{});
  // The target wrote its copy with the data; the source's may be ahead of it.
  const Sequence from = agreed ? agreed->target : kBeginning;
  if (from != start.source_last_seq) start.held = kBeginning;
  start.source_last_seq = from;
  return start;
}

// What comes of documents that were written with that outcome: where the target failed them as a whole, each half is
// written by itself.
Result<Carried> carried_by(Peer& target, std::span<const Document> documents, Result<Written> written,
                           const WriteOptions& options, bool halve_server_errors, BatchSize& size) {
  Carried carried;
  if (written) {
    carried.refused = written->refused;
    carried.written = *std::move(written);
    return carried;
  }
  const std::string_view code = culprit_code(written.error(), halve_server_errors);
  if (code.empty() || documents.empty()) return std::move(written).error();
  if (code == "too_large") size.refused(bytes_of(documents));
  if (documents.size() == 1) {
    carried.refused.push_back(refused_alone(documents.front(), code, written.error()));
    return carried;
  }
  const std::size_t half = documents.size() / 2;
  WriteOptions first = options;
  first.checkpoint = nullptr;
  ASSIGN_OR_RETURN(carried, write_halving(target, documents.first(half), first, halve_server_errors, size));
  ASSIGN_OR_RETURN(Carried rest, write_halving(target, documents.subspan(half), options, halve_server_errors, size));
  std::move(rest.refused.begin(), rest.refused.end(), std::back_inserter(carried.refused));
  carried.written = std::move(rest.written);
  return carried;
}

}  // namespace

Result<Carried> write_halving(Peer& target, std::span<const Document> documents, const WriteOptions& options,
                              bool halve_server_errors, BatchSize& size) {
  return carried_by(target, documents, target.write(documents, options), options, halve_server_errors, size);
}

namespace {

class Run {
 public:
  Run(Peer& source, Peer& target, const ReplicateOptions& options, BatchSize& size, const std::string& id,
      const std::string& session, const Checkpoint& start)
      : source_(source),
        target_(target),
        options_(options),
        size_(size),
        bytes_(size.bytes()),
        id_(id),
        session_(session),
        ahead_([this](const Checkpoint& from) { return read(from); }, start, options.read_ahead) {}

  Status to_the_end(Summary& summary) {
    Status status = pages(summary);
    // What the target has answered is not forgotten because the next page failed.
    const Status kept = keep_answered(summary);
    return status.ok() ? kept : status;
  }

 private:
  struct UnderWay {
    Page page;
    std::unique_ptr<PendingWrite> write;
    std::int64_t began_ms;
  };
  struct Answered {
    Page page;
    Carried carried;
    std::int64_t began_ms;
  };

  Status pages(Summary& summary) {
    Sequence position = summary.checkpoint.source_last_seq;
    for (bool more = true; more;) {
      if (options_.stop.stop_requested()) return error(ErrorCode::cancelled, "The program is stopping.");
      auto page = ahead_.next();
      if (!page) {
        if (page.error().code == ErrorCode::offline) cut();
        (void)await_answers(0);  // of the target: what it took is kept
        return std::move(page).error();
      }
      const ChangesPage& changes = page->changes;
      more = page->is_followed();
      if (changes.rows.empty() && changes.last_seq == position) break;

      page->refused = changes.unreadable;
      if (!changes.has_documents) {
        ASSIGN_OR_RETURN(page->documents, fetch(source_, target_, changes, page->refused));
      }
      if (options_.lost && !page->refused.empty()) RETURN_IF_ERROR(options_.lost(page->refused));
      position = page->checkpoint.source_last_seq;
      ahead_.go_on();
      RETURN_IF_ERROR(carry(*std::move(page), summary));
    }
    return land(summary);
  }

  Result<ChangesPage> changes(const Checkpoint& from) {
    const PageOptions page{options_.rows_max, bytes_, options_.inline_documents, from.whole()};
    const bool streams = streams_ && page.inline_documents && page.bytes_max >= options_.stream_from;
    if (streams && !arriving_) arriving_ = source_.start_changes(from.source_last_seq, page);
    if (!arriving_) return source_.changes(from.source_last_seq, page);
    auto next = arriving_->next(page.rows_max, page.bytes_max);
    if (arriving_->is_over()) arriving_.reset();
    if (next || next.error().code != ErrorCode::too_large) return next;
    streams_ = false;  // more comes at once than can be held
    return source_.changes(from.source_last_seq, page);
  }

  Result<Page> read(const Checkpoint& from) {
    const std::int64_t began_ms = options_.clock->steady_ms();
    const std::size_t bytes = bytes_;
    Page page;
    page.checkpoint = from;
    ASSIGN_OR_RETURN(page.changes, changes(from));
    if (page.changes.rows.empty() && page.changes.last_seq == from.source_last_seq) return page;
    advance(page.checkpoint, session_, page.changes.last_seq);
    page.checkpoint.held = page.is_followed() ? std::optional(from.whole()) : std::nullopt;
    if (page.changes.has_documents) {
      page.documents = carried_by(page.changes);
      page.overlaps = options_.overlap_from > 0 && bytes >= options_.overlap_from && page.is_followed();
    }
    page.took_ms = options_.clock->steady_ms() - began_ms;
    return page;
  }

  // What overlaps may arrive without the page before it, so it says nothing of how far all is there.
  WriteOptions sent_with(const Page& page) const { return {page.overlaps ? nullptr : &page.checkpoint, id_, {}}; }

  // When this returns, it may still be under way, with those before it that it overlaps.
  Status carry(Page page, Summary& summary) {
    const std::int64_t began_ms = options_.clock->steady_ms();
    const bool is_sent = !page.documents.empty() || !options_.keep;
    if (!page.overlaps || !is_sent) RETURN_IF_ERROR(await_answers(0));
    if (!is_sent) {
      note(std::move(page), Carried{}, began_ms);
      return keep_answered(summary);
    }
    auto started = target_.start_write(page.documents, sent_with(page));
    if (started) {
      const bool overlaps = page.overlaps;
      under_way_.push_back({std::move(page), std::move(started), began_ms});
      // Keeping waits for a disk: the target has this page by then.
      if (should_keep()) RETURN_IF_ERROR(keep_answered(summary));
      return overlaps ? await_answers(kUnderWayMost - 1) : land(summary);
    }
    RETURN_IF_ERROR(land(summary));
    auto carried = write(page);
    RETURN_IF_ERROR(answer(std::move(page), std::move(carried), began_ms));
    return keep_answered(summary);
  }

  Result<Carried> write(const Page& page) {
    return write_halving(target_, page.documents, sent_with(page), options_.halve_server_errors, size_);
  }
  Result<Carried> carried_with(const Page& page, Result<Written> written) {
    return carried_by(target_, page.documents, std::move(written), sent_with(page), options_.halve_server_errors,
                      size_);
  }

  // All that was sent is answered and kept.
  Status land(Summary& summary) {
    RETURN_IF_ERROR(await_answers(0));
    return keep_answered(summary);
  }

  // Until no more than so many are under way. What was answered is not kept yet.
  Status await_answers(std::size_t left) {
    while (under_way_.size() > left) {
      UnderWay one = std::move(under_way_.front());
      under_way_.pop_front();
      auto written = one.write->finish();
      const bool is_undone = !written && written.error().code == ErrorCode::unsupported;
      auto carried = is_undone ? write(one.page) : carried_with(one.page, std::move(written));
      RETURN_IF_ERROR(answer(std::move(one.page), std::move(carried), one.began_ms));
    }
    return {};
  }

  Status answer(Page page, Result<Carried> carried, std::int64_t began_ms) {
    if (!carried) {
      if (carried.error().code == ErrorCode::offline) cut();
      return std::move(carried).error();
    }
    size_.succeeded(bytes_of(page.documents), page.took_ms + options_.clock->steady_ms() - began_ms);
    bytes_ = size_.bytes();
    note(std::move(page), *std::move(carried), began_ms);
    return {};
  }

  void note(Page page, Carried carried, std::int64_t began_ms) {
    if (options_.keep) empty(page);
    std::move(carried.refused.begin(), carried.refused.end(), std::back_inserter(page.refused));
    carried.refused = std::move(page.refused);
    answered_.push_back({std::move(page), std::move(carried), began_ms});
  }

  // What it needs no more while it waits to be kept makes room for the next one. (Assigning {} would keep the memory.)
  static void empty(Page& page) {
    std::exchange(page.changes.rows, {});
    for (Document& document : page.documents) {
      std::exchange(document.body, {});
      std::exchange(document.bytes, {});
      std::exchange(document.path, {});
    }
  }

  bool should_keep() const {
    return !answered_.empty() && (answered_.size() >= kAnsweredMost ||
                                  options_.clock->steady_ms() - answered_.front().began_ms >= kAnsweredMs);
  }

  Status keep_answered(Summary& summary) {
    std::vector<Answered> answered = std::exchange(answered_, {});  // on failure too: none may be kept before another
    if (options_.keep && !answered.empty()) {
      std::vector<PageDone> done;
      for (const auto& [page, carried, began_ms] : answered)
        done.push_back({page.checkpoint, page.documents, carried.refused, carried.written});
      RETURN_IF_ERROR(options_.keep(done));
    }
    for (Answered& one : answered) {
      summary.checkpoint = one.page.checkpoint;
      ++summary.pages;
      summary.documents += one.page.documents.size();
      summary.refused += one.carried.refused.size();
      ahead_.is_done(std::move(one.page));
    }
    return {};
  }

  void cut() {
    size_.cut();
    bytes_ = size_.bytes();
  }

  Peer& source_;
  Peer& target_;
  const ReplicateOptions& options_;
  BatchSize& size_;
  std::atomic<std::size_t> bytes_;  // of the page to be read next
  const std::string& id_;
  const std::string& session_;
  std::deque<UnderWay> under_way_;  // in the order of the feed
  std::vector<Answered> answered_;  // and not kept yet
  bool streams_ = options_.stream_from > 0;
  std::unique_ptr<PendingChanges> arriving_;  // the pages to be read next
  PagesAhead ahead_;                          // its thread uses all of the above
};

}  // namespace

Result<Summary> replicate(Peer& source, Peer& target, const ReplicateOptions& options) {
  BatchSize own_size;
  BatchSize& size = options.size ? *options.size : own_size;
  std::string id = options.replication_id;
  if (id.empty()) {
    ASSIGN_OR_RETURN(const PeerId from, source.id());
    ASSIGN_OR_RETURN(const PeerId to, target.id());
    id = replication_id(from, to);
  }
  Summary summary;
  if (options.start) {
    summary.checkpoint = *options.start;
  } else {
    ASSIGN_OR_RETURN(summary.checkpoint, agreed_start(source, target, id));
  }
  const std::string session = options.session.empty() ? new_session_id(*options.random) : options.session;

  Run run{source, target, options, size, id, session, summary.checkpoint};
  RETURN_IF_ERROR(run.to_the_end(summary));
  if (summary.pages > 0 && options.checkpoint_at_target)
    RETURN_IF_ERROR(target.save_checkpoint(id, summary.checkpoint));
  if (summary.pages > 0 && options.checkpoint_at_source)
    RETURN_IF_ERROR(source.save_checkpoint(id, summary.checkpoint));
  return summary;
}

}  // namespace tram
