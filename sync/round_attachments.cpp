// The part of a round that carries large attachments: after everything small, part by part, taken up again where the line
// broke.
#include <algorithm>

#include "core/base/log.h"
#include "sync/ledger.h"
#include "sync/round_runner.h"

namespace tram {
namespace {

constexpr std::size_t kPartBytes = 256 << 10;
constexpr int kTriesInARow = 5;
constexpr std::int64_t kFirstPauseMs = 250;

// This revision, or one that grew from it.
bool holds(const Document& document, const RevisionId& rev) {
  if (document.rev.generation < rev.generation) return false;
  const std::uint64_t back = document.rev.generation - rev.generation;
  return back == 0 ? document.rev == rev : back < document.path.size() && document.path[back] == rev.sig;
}

}  // namespace

Status RoundRunner::carry_attachments(Round& round) {
  RETURN_IF_ERROR(send_awaited(round));
  for (Link* link : {&own_, &reference_}) {
    if (!link->there_id.empty()) RETURN_IF_ERROR(fetch_awaited(*link, round));
  }
  return {};
}

// What somebody saves meanwhile does not wait for a photo, nor does what the province has to say.
Status RoundRunner::keep_up(Round& round) {
  if (own_store_.sequence() != kept_up_to_) {
    RETURN_IF_ERROR(push(round));
    kept_up_to_ = own_store_.sequence();
  }
  if (!server_.own() || server_.seqs_told() == 0) return {};
  Wishes wishes;
  wishes.ask_for_news = false;
  RETURN_IF_ERROR(pull_what_waits(wishes, server_.seqs_told() - 1, round));
  return {};
}

Status RoundRunner::send_awaited(Round& round) {
  ASSIGN_OR_RETURN(const std::vector<Document> waiting, own_.here.awaiting_push());
  if (waiting.empty()) return {};
  kept_up_to_ = own_store_.sequence();
  for (const Document& document : waiting) {
    if (!server_.own()) {
      RETURN_IF_ERROR(send_to_stock(document, round));
      continue;
    }
    for (const Attachment& attachment : document.attachments) {
      const bool goes = attachment.length > kBlobInRow && !own_.here.is_there(attachment.sha256);
      if (goes) RETURN_IF_ERROR(upload(attachment, round));
    }
    RETURN_IF_ERROR(push_again(Wishes{}, round));
  }
  return {};
}

Status RoundRunner::upload(const Attachment& attachment, Round& round) {
  ASSIGN_OR_RETURN(const auto blob, own_store_.blob(attachment.sha256));
  if (!blob) return error(ErrorCode::corrupt, "the bytes of the attachment " + attachment.name + " are gone");
  bool asked = false;
  std::uint64_t have = 0;
  for (int failures = 0; !asked || have < attachment.length;) {
    std::string part;
    if (asked) {
      ASSIGN_OR_RETURN(part, blob->bytes.read(have, kPartBytes));
    }
    const auto put = own_.there.put_part(attachment.sha256, attachment.length, have, std::move(part));
    if (put && (!asked || *put > have)) {
      if (*put > have) failures = 0;  // that it answers a question is no progress
      asked = true;
      have = *put;
      RETURN_IF_ERROR(keep_up(round));
      continue;
    }
    if (!put && put.error().code != ErrorCode::offline && put.error().name != "bad_digest") return put.error();
    asked = false;  // how much came before the line broke?
    if (++failures == kTriesInARow) {
      return put ? error(ErrorCode::offline, "the province takes no part of an attachment") : put.error();
    }
    if (!clock_.sleep_ms(kFirstPauseMs << failures, stop_))
      return error(ErrorCode::cancelled, "the program is stopping");
  }
  own_.here.note_there(attachment.sha256);
  return {};
}

Status RoundRunner::send_to_stock(const Document& document, Round& round) {
  const Status sent = own_.there.put_related(document, own_store_);
  std::vector<Refused> refused;
  if (!sent) {
    const ErrorCode code = sent.error().code;
    if (code != ErrorCode::forbidden && code != ErrorCode::too_large && code != ErrorCode::bad_request) return sent;
    refused.push_back({document.id, document.rev.text(), "forbidden", std::string(sent.error().what_name()),
                       sent.error().message, sent.error().message_vi});
    ++round.refused;
  } else {
    ++round.sent;
  }
  RETURN_IF_ERROR(own_store_.write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const WireSequence now, transaction.wire(own_store_.sequence()));
    return own_.here.keep_push(transaction, {&document, 1}, refused, to_json(now), memory_.rules);
  }));
  return keep_up(round);
}

Status RoundRunner::fetch_awaited(Link& link, Round& round) {
  ASSIGN_OR_RETURN(const RevisionSet waiting, link.here.awaiting_pull());
  kept_up_to_ = own_store_.sequence();
  for (const auto& wanted : waiting) {
    ASSIGN_OR_RETURN(std::vector<Document> documents, link.there.read({wanted}));
    const auto has_it = [&](const Document& document) { return holds(document, wanted.second.front()); };
    const bool is_gone = server_.own() && std::none_of(documents.begin(), documents.end(), has_it);
    for (Document& document : documents) {
      for (Attachment& attachment : document.attachments) {
        if (server_.own() && !attachment.sha256.empty()) {
          RETURN_IF_ERROR(download(link, attachment, round));
          continue;
        }
        ASSIGN_OR_RETURN(const BlobPtr blob, link.there.get_attachment(document, attachment, link.store.blobs()));
        attachment.sha256 = blob->sha256;
        RETURN_IF_ERROR(link.store.write([&](Transaction& transaction) { return transaction.bring(*blob); }));
      }
      const std::uint64_t before = link.store.sequence();
      RETURN_IF_ERROR(link.here.write({&document, 1}, {}));
      round.received += link.store.sequence() - before;
    }
    // Lost by a province that went back. Should anybody still have it, it will come with the feed.
    if (is_gone) RETURN_IF_ERROR(link.here.give_up_awaited(wanted.first, wanted.second.front()));
    if (&link == &own_) RETURN_IF_ERROR(merge(round));
  }
  return {};
}

Status RoundRunner::download(Link& link, const Attachment& attachment, Round& round) {
  ASSIGN_OR_RETURN(const auto known, link.store.blob(attachment.sha256));
  if (known) return {};
  BlobFolder& blobs = link.store.blobs();
  if (attachment.length == 0) {  // no range of it can be asked for
    ASSIGN_OR_RETURN(const BlobPtr nothing, blobs.keep(""));
    return link.store.write([&](Transaction& transaction) { return transaction.bring(*nothing); });
  }
  std::uint64_t have = blobs.staged(attachment.sha256);
  for (int failures = 0;;) {
    // All of it may have come already, and could not be put in its place then.
    const bool is_whole = have >= attachment.length;
    Result<std::string> part = std::string();
    if (!is_whole) part = link.there.get_part(attachment.sha256, have, kPartBytes);
    if (!is_whole && part && part->empty()) {
      part = error(ErrorCode::offline, "the province gave no part of an attachment");
    }
    if (!part) {
      if (part.error().code != ErrorCode::offline || ++failures == kTriesInARow) return part.error();
      if (!clock_.sleep_ms(kFirstPauseMs << failures, stop_)) {
        return error(ErrorCode::cancelled, "the program is stopping");
      }
      continue;
    }
    failures = 0;
    ASSIGN_OR_RETURN(const auto stage, blobs.stage(attachment.sha256, attachment.length, have, *part));
    have = stage.have;
    if (stage.blob) {
      return link.store.write([&](Transaction& transaction) { return transaction.bring(*stage.blob); });
    }
    RETURN_IF_ERROR(keep_up(round));
  }
}

}  // namespace tram
