// tests/chaos_proxy/request_scanner.h: finds the requests in what an HTTP/1.1 client sends (RFC 9112), whatever the
// pieces it comes in. A value type without I/O; anything that is not HTTP is passed over in silence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tram {

class RequestScanner {
 public:
  struct Seen {
    std::vector<std::string> lines;     // request lines whose header ended in this piece
    std::vector<std::string> complete;  // whole requests, header and body, that ended in this piece
  };
  Seen feed(std::string_view piece);

 private:
  enum class State { header, body, chunk_size, chunk, trailer, lost };

  void end_line(Seen& seen);
  void end_header(Seen& seen);
  void end_request(Seen& seen);

  State state_ = State::header;
  std::string request_;  // of the present request, so far
  std::string line_;     // of the header, a chunk size or a trailer, so far
  std::string first_line_;
  std::uint64_t left_ = 0;  // bytes of the body or chunk still to come
  std::uint64_t length_ = 0;
  bool chunked_ = false;
};

}  // namespace tram
