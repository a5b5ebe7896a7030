// http/answer.h (inside http only): Answer runs the handler for one request and turns its response into bytes, block by
// block. Every call comes from a worker, one at a time; it knows no socket.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "http/coding.h"
#include "http/message.h"
#include "http/request_reader.h"
#include "http/server.h"

namespace tram::http {

// What all answers of a server share.
struct AnswerRules {
  const ServerOptions& options;
  const Handler& handler;
  Clock& clock;
};

// Something to write (perhaps nothing), and what to do when it is written.
struct Step {
  enum class Then { more, wait, next_request, close, cut };
  std::string head = {};
  std::string body = {};
  Then then = Then::close;
  Wait until = {};
};

// A response that was made without a handler, and after which the connection is closed.
Step refusal(const AnswerRules& rules, const Response& response, bool is_head);

class Answer {
 public:
  Answer(const AnswerRules& rules, Incoming incoming, BodyLease lease);
  Step next();
  void hold(BodyLease spooled) { spooled_.emplace(std::move(spooled)); }  // as long as the request

 private:
  enum class Framing { none, chunked, counted, until_close };

  Response handle();
  std::optional<Response> decode_body();
  Result<std::string> decoded(Coding coding, std::string_view body);
  Status finish_spool();
  Result<std::shared_ptr<Spool>> decode_spool(Coding coding);
  Coding coding_of(const Response& response, std::size_t size) const;
  Step deliver(Response response);
  Step send_whole(Response response);
  Step start_stream(Response response);
  Step fill(Step step);
  Step next_block();
  enum class Gathered { full, end, wait, failed };
  Gathered gather(std::string& bytes, Wait& until);
  std::string frame(std::string bytes, bool last, bool flush);
  Step finish(Step step) const;

  const AnswerRules& rules_;
  std::unique_ptr<Incoming> incoming_;  // until the handler has returned
  BodyLease lease_;
  std::optional<BodyLease> spooled_;  // on disk
  bool is_head_;
  bool http10_;
  bool keep_alive_;
  Coding coding_;  // that the client takes
  std::shared_ptr<Later> later_;
  Stream stream_;
  Framing framing_ = Framing::none;
  std::uint64_t left_ = 0;  // of a counted stream
  std::optional<Encoder> encoder_;
  bool keeps_back_ = false;       // the encoder, of what was said
  std::optional<Error> failure_;  // of the stream
};

}  // namespace tram::http
