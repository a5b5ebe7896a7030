// http/request_reader.h (inside http only): bytes in, one Request out, on Beast's parser.
//
// The head is checked as a whole before Beast sees it: what two servers could read differently (folded or bare-LF lines,
// two lengths) is refused. The body grows as bytes come, never by what was announced. One thread; one object a request.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "http/message.h"
#include "http/server.h"

namespace tram::http {

// Bytes of request bodies in memory, of all connections together.
struct BodyBudget {
  std::atomic<std::size_t> used{0};
  std::size_t size_max = 0;
};

// A share of the budget, given back when it goes.
class BodyLease {
 public:
  explicit BodyLease(BodyBudget& budget) : budget_(&budget) {}
  BodyLease(BodyLease&& other) noexcept : budget_(other.budget_), size_(std::exchange(other.size_, 0)) {}
  BodyLease& operator=(BodyLease&&) = delete;
  ~BodyLease() { release(); }
  bool grow(std::size_t bytes);  // false, and nothing taken, when the budget is spent
  void shrink(std::size_t bytes);
  void release();

 private:
  BodyBudget* budget_;
  std::size_t size_ = 0;
};

struct Incoming {
  Request request;
  std::size_t body_max = 0;  // that applies to this request, also after decompression
  bool http10 = false;
  bool keep_alive = false;
  bool expects_continue = false;
  bool spools = false;
};

class RequestReader {
 public:
  enum class State { head, body, done, failed };

  RequestReader(const ServerOptions& options, BodyBudget& budget);
  ~RequestReader();

  // Eats from the front of input as far as this request goes.
  State read(std::string& input);
  bool begun() const { return begun_; }       // a byte of this request was seen
  std::size_t body_size() const;              // bytes of it that have come
  std::size_t body_in_memory() const;         // of those, not taken yet
  std::string take_body();                    // takes them, to be spooled
  Incoming& incoming() { return incoming_; }  // head: from State::body on; request.body when done
  BodyLease& lease() { return lease_; }
  Response& failure() { return failure_; }  // the connection must be closed after it

 private:
  struct Parser;
  State read_head(std::string& input);
  State read_body(std::string& input);
  bool head_is_plain(std::string_view head);
  bool check_head();
  bool check_framing();
  State fail(int status, std::string_view name, std::string_view reason);

  const ServerOptions& options_;
  BodyLease lease_;
  std::unique_ptr<Parser> parser_;
  Incoming incoming_;
  Response failure_;
  State state_ = State::head;
  std::size_t taken_ = 0;
  std::size_t searched_ = 0;  // of the input, for the end of the head
  bool begun_ = false;
};

}  // namespace tram::http
