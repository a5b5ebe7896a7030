#include "tests/chaos_proxy/request_scanner.h"

#include <algorithm>
#include <charconv>

namespace tram {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool read_number(std::string_view text, int base, std::uint64_t& out) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  return std::from_chars(text.data(), text.data() + text.size(), out, base).ec == std::errc();
}

}  // namespace

RequestScanner::Seen RequestScanner::feed(std::string_view piece) {
  Seen seen;
  while (!piece.empty() && state_ != State::lost) {
    if (state_ == State::body || state_ == State::chunk) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece.size()));
      request_.append(piece.substr(0, n));
      piece.remove_prefix(n);
      left_ -= n;
      if (left_ == 0 && state_ == State::body) end_request(seen);
      if (left_ == 0 && state_ == State::chunk) state_ = State::chunk_size;
      continue;
    }
    const auto end = piece.find('\n');
    const auto n = end == std::string_view::npos ? piece.size() : end + 1;
    request_.append(piece.substr(0, n));
    line_.append(piece.substr(0, n));
    piece.remove_prefix(n);
    if (end != std::string_view::npos) end_line(seen);
  }
  return seen;
}

void RequestScanner::end_line(Seen& seen) {
  while (line_.ends_with('\n') || line_.ends_with('\r')) line_.pop_back();
  const std::string line = std::move(line_);
  line_.clear();
  if (state_ == State::trailer) {
    if (line.empty()) end_request(seen);
  } else if (state_ == State::chunk_size) {
    if (!read_number(line, 16, left_))
      state_ = State::lost;
    else if (left_ == 0)
      state_ = State::trailer;
    else
      state_ = State::chunk, left_ += 2;  // its line break
  } else if (first_line_.empty()) {
    if (line.empty())
      request_.clear();
    else if (line.find(" HTTP/1.") == std::string::npos)
      state_ = State::lost;
    else
      first_line_ = line;
  } else if (line.empty()) {
    end_header(seen);
  } else {
    const std::string field = lower(line);
    if (field.starts_with("content-length:")) read_number(std::string_view(field).substr(15), 10, length_);
    if (field.starts_with("transfer-encoding:")) chunked_ = field.find("chunked") != std::string::npos;
  }
}

void RequestScanner::end_header(Seen& seen) {
  seen.lines.push_back(first_line_);
  left_ = length_;
  if (chunked_)
    state_ = State::chunk_size;
  else if (left_ > 0)
    state_ = State::body;
  else
    end_request(seen);
}

void RequestScanner::end_request(Seen& seen) {
  seen.complete.push_back(std::move(request_));
  *this = RequestScanner();
}

}  // namespace tram
