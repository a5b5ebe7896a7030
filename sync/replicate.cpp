#include "sync/replicate.h"

#include <algorithm>
#include <map>
#include <set>

namespace tram {
namespace {

std::size_t bytes_of(std::span<const Document> documents) {
  std::size_t bytes = 0;
  for (const Document& document : documents) {
    bytes += document.id.size() + document.body.size() + 36 * document.path.size() + 64;
  }
  return bytes;
}

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

// Fetches what a page speaks of and the target lacks; what the source cannot give is refused as source_lost.
Result<std::vector<Document>> fetch(Peer& source, Peer& target, ChangesPage& page, std::vector<Refused>& refused) {
  std::vector<Document> documents;
  if (page.has_documents) {
    for (ChangeRow& row : page.rows) {
      std::move(row.documents.begin(), row.documents.end(), std::back_inserter(documents));
    }
    return documents;
  }
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
  start.source_last_seq = agreed ? agreed->target : kBeginning;
  return start;
}

}  // namespace

Result<Carried> write_halving(Peer& target, std::span<const Document> documents, const WriteOptions& options,
                              bool halve_server_errors, BatchSize& size) {
  Carried carried;
  auto written = target.write(documents, options);
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
  WriteOptions without_checkpoint = options;
  without_checkpoint.checkpoint = nullptr;
  ASSIGN_OR_RETURN(carried,
                   write_halving(target, documents.first(half), without_checkpoint, halve_server_errors, size));
  ASSIGN_OR_RETURN(Carried rest, write_halving(target, documents.subspan(half), options, halve_server_errors, size));
  std::move(rest.refused.begin(), rest.refused.end(), std::back_inserter(carried.refused));
  carried.written = std::move(rest.written);
  return carried;
}

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
  const std::string session = new_session_id(*options.random);

  for (bool more = true; more;) {
    if (options.stop.stop_requested()) return error(ErrorCode::cancelled, "The program is stopping.");
    const Sequence since = summary.checkpoint.source_last_seq;
    const std::int64_t began_ms = options.clock->steady_ms();
    auto page = source.changes(since, {BatchSize::kDocumentsMax, size.bytes(), options.inline_documents});
    if (!page) {
      if (page.error().code == ErrorCode::offline) size.cut();
      return std::move(page).error();
    }
    more = page->pending ? *page->pending > 0 : !page->rows.empty();
    if (page->rows.empty() && page->last_seq == since) break;

    std::vector<Refused> refused = page->unreadable;
    ASSIGN_OR_RETURN(const std::vector<Document> documents, fetch(source, target, *page, refused));
    if (options.lost && !refused.empty()) RETURN_IF_ERROR(options.lost(refused));
    advance(summary.checkpoint, session, page->last_seq);
    Result<Carried> carried = Carried{};
    if (!documents.empty() || !options.keep) {
      const WriteOptions write{&summary.checkpoint, id, {}};
      carried = write_halving(target, documents, write, options.halve_server_errors, size);
      if (!carried) {
        if (carried.error().code == ErrorCode::offline) size.cut();
        return std::move(carried).error();
      }
      size.succeeded(bytes_of(documents), options.clock->steady_ms() - began_ms);
      std::move(carried->refused.begin(), carried->refused.end(), std::back_inserter(refused));
    }

    if (options.keep) RETURN_IF_ERROR(options.keep({summary.checkpoint, documents, refused, carried->written}));
    ++summary.pages;
    summary.documents += documents.size();
    summary.refused += refused.size();
  }
  if (summary.pages > 0 && options.checkpoint_at_target)
    RETURN_IF_ERROR(target.save_checkpoint(id, summary.checkpoint));
  if (summary.pages > 0 && options.checkpoint_at_source)
    RETURN_IF_ERROR(source.save_checkpoint(id, summary.checkpoint));
  return summary;
}

}  // namespace tram
