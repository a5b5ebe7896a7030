#include "sync/remote_peer.h"

#include <limits>

#include "core/base/json.h"
#include "http/url.h"
#include "sync/feed_text.h"
#include "sync/local_peer.h"
#include "sync/wire.h"

namespace tram {
namespace {

template <typename T>
Result<T> whole(Result<T> read) {
  if (!read) return half_an_answer(read.error());
  return read;
}

// "416-9f3c0a1b..418-9f3c0a1b"
std::optional<std::pair<std::string, std::string>> parse_wrote(std::string_view text) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  return std::pair(std::string(text.substr(0, dots)), std::string(text.substr(dots + 2)));
}

}  // namespace

Sequence sequence_of(std::string_view seq) {
  if (seq.empty() || seq == "0") return kBeginning;
  Sequence text;
  json::print_string(text, seq);
  return text;
}

RemotePeer::RemotePeer(RemoteServer& server, std::string database)
    : server_(server), database_(std::move(database)), path_("/" + http::percent_encode(database_)) {}

void RemotePeer::set_session(Session* session, std::string instance) {
  session_ = session;
  instance_ = std::move(instance);
}

Result<http::Response> RemotePeer::call(std::string_view method, const std::string& rest, std::string body,
                                        bool guarded, http::Headers headers) {
  bool begins_session = false;
  if (server_.own()) {
    if (guarded && !if_seen_.empty()) headers.set("Tram-If-Seen", if_seen_);
    if (session_) {
      ASSIGN_OR_RETURN(const std::string session, session_->header());
      begins_session = !session.empty();
      if (begins_session) headers.set("Tram-Session", session);
    }
  }
  auto response = server_.send(method, path_ + rest, std::move(body), std::move(headers));
  if (begins_session) session_->answered(response ? Status() : Status(response.error()));
  if (response && server_.own()) rules_ = std::string(response->headers.get("Tram-Rules"));
  return response;
}

Result<PeerId> RemotePeer::id() {
  if (id_) return *id_;
  if (!server_.identified()) RETURN_IF_ERROR(server_.identify());
  ASSIGN_OR_RETURN(const std::vector<DatabaseInfo> infos, server_.infos({database_}));
  if (infos.empty() || !infos.front().found) {
    return error(ErrorCode::not_found, "The server has no database " + database_ + ".");
  }
  const DatabaseInfo& info = infos.front();
  id_ = PeerId{server_.own() ? info.db_uuid : server_.uuid() + "/" + database_, info.start_time};
  return *id_;
}

// A stock server may say no to two requests at once, and what begins a session goes alone.
bool RemotePeer::goes_alone() const { return !server_.own() || (session_ != nullptr && !session_->stands()); }

std::unique_ptr<http::Pending> RemotePeer::start(http::Request request, RemoteServer::Sink sink) {
  if (!if_seen_.empty()) request.headers.set("Tram-If-Seen", if_seen_);
  return server_.start(request.method, path_ + request.target, std::move(request.body), std::move(request.headers),
                       std::move(sink));
}

Result<http::Response> RemotePeer::finish(http::Pending& pending, bool is_fresh) {
  ASSIGN_OR_RETURN(http::Response response, server_.finish(pending, is_fresh));
  rules_ = std::string(response.headers.get("Tram-Rules"));
  return response;
}

std::string RemotePeer::changes_target(const Sequence& since, const PageOptions& options, Pages pages) const {
  std::string target = "/_changes?style=all_docs&since=" + http::percent_encode(from_json(since));
  if (pages == Pages::one) target += "&limit=" + std::to_string(options.rows());
  if (!server_.own()) return target;
  if (pages == Pages::one) target += "&bytes=" + std::to_string(options.bytes_max);
  if (options.held && *options.held != since) target += "&held=" + http::percent_encode(from_json(*options.held));
  if (!instance_.empty()) target += "&instance=" + instance_;  // confirms what lies before `held`
  if (options.inline_documents) {
    target += "&include_docs=true&revs=true&leaves=new&inline=" + std::to_string(kBlobInRow);
  }
  return target;
}

Result<ChangesPage> RemotePeer::changes(const Sequence& since, const PageOptions& options) {
  ASSIGN_OR_RETURN(const http::Response response, call("GET", changes_target(since, options, Pages::one), {}, true));
  ASSIGN_OR_RETURN(ChangesPage page, whole(wire::read_changes(response.body)));
  page.has_documents = page.has_documents && server_.own() && options.inline_documents;
  return page;
}

class RemotePeer::StartedChanges final : public PendingChanges {
 public:
  StartedChanges(RemotePeer& peer, const Sequence& since, const PageOptions& options)
      : peer_(peer),
        inline_documents_(options.inline_documents),
        rows_max_(options.rows_max),
        bytes_max_(options.bytes_max),
        answer_(
            peer.start({"GET", peer.changes_target(since, options, Pages::all), {}, {}},
                       {[this](std::string_view part) { return text_.add(part); }, [this] { return has_page(); }})) {}

  Result<ChangesPage> next(std::size_t rows_max, std::size_t bytes_max) override {
    rows_max_ = rows_max;
    bytes_max_ = bytes_max;
    if (!end_) peer_.server_.client().read_on(*answer_, [this] { return has_page(); });
    if (!end_ && !has_page()) {
      const auto answer = peer_.finish(*answer_, false);
      end_ = answer ? Status() : Status(answer.error());
    }
    if (has_page() || (is_cut() && text_.has_page(1, std::numeric_limits<std::size_t>::max()))) {
      auto page = read(text_.page(), wire::Extent::rows);
      text_.drop_page();
      return page;
    }
    is_over_ = true;
    if (is_cut()) return end_->error();
    return read(text_.rest(), wire::Extent::whole);
  }
  bool is_over() const override { return is_over_; }

 private:
  bool has_page() { return text_.has_page(rows_max_, bytes_max_); }
  bool is_cut() const { return end_ && !end_->ok(); }

  Result<ChangesPage> read(std::string_view text, wire::Extent extent) {
    auto page = whole(wire::read_changes(text, extent));
    if (!page) is_over_ = true;
    if (page) page->has_documents = page->has_documents && inline_documents_;
    return page;
  }

  RemotePeer& peer_;
  const bool inline_documents_;
  std::size_t rows_max_, bytes_max_;  // of the next page
  FeedText text_;
  std::optional<Status> end_;  // of the answer
  bool is_over_ = false;
  const std::unique_ptr<http::Pending> answer_;  // adds to text_
};

std::unique_ptr<PendingChanges> RemotePeer::start_changes(const Sequence& since, const PageOptions& options) {
  if (goes_alone()) return nullptr;
  return std::make_unique<StartedChanges>(*this, since, options);
}

Result<RevisionSet> RemotePeer::missing(const RevisionSet& offered) {
  ASSIGN_OR_RETURN(const http::Response response, call("POST", "/_revs_diff", wire::write_revisions(offered)));
  return whole(wire::read_revs_diff(response.body));
}

Result<std::vector<Document>> RemotePeer::read(const RevisionSet& wanted) {
  std::string target = "/_bulk_get?revs=true&latest=true&attachments=false";
  if (server_.own()) target += "&sha256=true";
  ASSIGN_OR_RETURN(const http::Response response, call("POST", target, wire::write_bulk_get(wanted)));
  return whole(wire::read_bulk_get_answer(response.body));
}

http::Request RemotePeer::write_request(std::span<const Document> documents, const WriteOptions& options) const {
  http::Request request{"POST", "/_bulk_docs", {}, {}};
  WriteOptions sent = options;
  if (server_.own()) {
    if (!instance_.empty()) request.target += "?instance=" + instance_;
  } else {
    sent.checkpoint = nullptr;  // a cluster may keep it in another shard than the documents
  }
  request.body = wire::write_bulk_docs(documents, sent);
  // At most one row comes back.
  if (server_.own() && documents.size() == 1) request.headers.set("Accept-Encoding", "");
  return request;
}

Result<Written> RemotePeer::written_by(const http::Response& response) const {
  Written written;
  ASSIGN_OR_RETURN(written.refused, whole(wire::read_refused(response.body)));
  if (server_.own()) {
    written.wrote = parse_wrote(response.headers.get("Tram-Wrote"));
    written.rules = std::string(response.headers.get("Tram-Rules"));
  }
  return written;
}

Result<Written> RemotePeer::write(std::span<const Document> documents, const WriteOptions& options) {
  http::Request request = write_request(documents, options);
  ASSIGN_OR_RETURN(const http::Response response,
                   call(request.method, request.target, std::move(request.body), true, std::move(request.headers)));
  return written_by(response);
}

class RemotePeer::StartedWrite final : public PendingWrite {
 public:
  StartedWrite(RemotePeer& peer, std::unique_ptr<http::Pending> answer) : peer_(peer), answer_(std::move(answer)) {}
  Result<Written> finish() override {
    ASSIGN_OR_RETURN(const http::Response response, peer_.finish(*answer_));
    return peer_.written_by(response);
  }

 private:
  RemotePeer& peer_;
  const std::unique_ptr<http::Pending> answer_;
};

std::unique_ptr<PendingWrite> RemotePeer::start_write(std::span<const Document> documents,
                                                      const WriteOptions& options) {
  if (goes_alone()) return nullptr;
  return std::make_unique<StartedWrite>(*this, start(write_request(documents, options)));
}

std::string RemotePeer::local_target(const std::string& replication_id) const {
  return "/_local/tram-" + http::percent_encode(replication_id);
}

Result<std::optional<Checkpoint>> RemotePeer::checkpoint(const std::string& replication_id) {
  auto response = call("GET", local_target(replication_id));
  if (!response && response.error().code == ErrorCode::not_found) return std::optional<Checkpoint>();
  if (!response) return std::move(response).error();
  return wire::read_checkpoint(response->body);
}

Result<std::string> RemotePeer::save_checkpoint(const std::string& replication_id, const Checkpoint& checkpoint) {
  Checkpoint sent = checkpoint;
  for (bool again = false;; again = true) {
    std::string body = wire::write_checkpoint(sent);
    if (!sent.rev.empty()) body = "{\"_rev\":\"" + sent.rev + "\"," + body.substr(1);
    auto response = call("PUT", local_target(replication_id), std::move(body));
    if (!response && response.error().code == ErrorCode::conflict && !again) {
      ASSIGN_OR_RETURN(const std::optional<Checkpoint> present, this->checkpoint(replication_id));
      sent.rev = present ? present->rev : "";
      continue;
    }
    if (!response) return std::move(response).error();
    ASSIGN_OR_RETURN(const json::Value answer, whole(json::parse_object(response->body)));
    return json::string_at(answer, "rev").value_or("");
  }
}

Status RemotePeer::ask_for_news() {
  auto asked = call("HEAD", "", {}, true, {{"Accept-Encoding", ""}});
  // Without a body a failure has no name, and a fork is not told from an ordinary conflict.
  if (!asked && asked.error().code == ErrorCode::conflict) asked = call("GET", "", {}, true);
  RETURN_IF_ERROR(asked);
  return {};
}

std::unique_ptr<http::Pending> RemotePeer::start_news(const Sequence& since, const std::string& wake,
                                                      std::int64_t heartbeat_ms) {
  std::string target = path_ + "/_changes?feed=longpoll&limit=1&since=" + http::percent_encode(from_json(since)) +
                       "&heartbeat=" + std::to_string(heartbeat_ms);
  if (server_.own()) {
    if (!wake.empty()) target += "&wake=" + http::percent_encode(wake);
    if (!instance_.empty()) target += "&instance=" + instance_;
  }
  return server_.start_poll(target, {}, 2 * heartbeat_ms);
}

Result<Sequence> RemotePeer::finish_news(http::Pending& pending) {
  ASSIGN_OR_RETURN(const http::Response response, server_.finish_poll(pending));
  ASSIGN_OR_RETURN(ChangesPage page, whole(wire::read_changes(response.body)));
  return std::move(page.last_seq);
}

}  // namespace tram
