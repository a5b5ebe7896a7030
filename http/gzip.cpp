#include "http/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace tram::http {
namespace {

constexpr int kWindowBits = 15;
constexpr int kGzipFormat = 16;  // zlib: added to the window bits
constexpr int kLevel = 6, kFastLevel = 1;
constexpr std::size_t kLong = 256 << 10;
constexpr std::uint64_t kRatioFree = 1 << 20;

Bytef* input_of(std::string_view bytes) {
  // zlib's pointer is not const unless ZLIB_CONST is set, but it never writes there.
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

// avail_in is 32 bits wide.
std::string_view take_part(std::string_view& bytes) {
  const std::string_view part = bytes.substr(0, std::min<std::size_t>(bytes.size(), 1U << 30));
  bytes.remove_prefix(part.size());
  return part;
}

}  // namespace

Status Expansion::add(std::uint64_t in, std::uint64_t out) {
  in_ += in;
  out_ += out;
  if (out_ > limits_.size_max) return error(ErrorCode::too_large, "the decompressed body is too large");
  if (limits_.ratio_max > 0 && out_ > kRatioFree && out_ / limits_.ratio_max > in_) {
    return error(ErrorCode::too_large, "the body is compressed more than any real report");
  }
  return {};
}

struct Deflater::State {
  z_stream stream{};
  bool fast = false;

  void change_to_fast(std::string& out) {
    std::array<char, 16384> block;
    stream.next_in = nullptr;
    stream.avail_in = 0;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(block.data());
      stream.avail_out = block.size();
      const int code = deflateParams(&stream, kFastLevel, Z_DEFAULT_STRATEGY);
      CHECK(code == Z_OK || code == Z_BUF_ERROR);
      out.append(block.data(), block.size() - stream.avail_out);
    } while (stream.avail_out == 0);
    fast = true;
  }
};

Deflater::Deflater() : Deflater(0) {}

Deflater::Deflater(std::size_t size) : state_(std::make_unique<State>()) {
  state_->fast = size > kLong;
  const int level = state_->fast ? kFastLevel : kLevel;
  CHECK(deflateInit2(&state_->stream, level, Z_DEFLATED, kWindowBits + kGzipFormat, 8, Z_DEFAULT_STRATEGY) == Z_OK);
}

Deflater::Deflater(Deflater&&) noexcept = default;
Deflater::~Deflater() {
  if (state_) deflateEnd(&state_->stream);
}

void Deflater::add(std::string_view bytes, Flush flush, std::string& out) {
  z_stream& stream = state_->stream;
  if (!state_->fast && stream.total_in > kLong) state_->change_to_fast(out);
  std::array<char, 16384> block;
  do {
    const std::string_view part = take_part(bytes);
    stream.next_in = input_of(part);
    stream.avail_in = static_cast<uInt>(part.size());
    int mode = Z_NO_FLUSH;
    if (bytes.empty() && flush == Flush::sync) mode = Z_SYNC_FLUSH;
    if (bytes.empty() && flush == Flush::finish) mode = Z_FINISH;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(block.data());
      stream.avail_out = block.size();
      const int code = deflate(&stream, mode);
      CHECK(code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR);
      out.append(block.data(), block.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  } while (!bytes.empty());
}

std::string gzip(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() / 4);
  Deflater(bytes.size()).add(bytes, Flush::finish, out);
  return out;
}

struct Inflater::State {
  z_stream stream{};
  Expansion expansion;
  bool complete = false;
  explicit State(const ExpansionLimits& limits) : expansion(limits) {}
};

Inflater::Inflater(const ExpansionLimits& limits) : state_(std::make_unique<State>(limits)) {
  CHECK(inflateInit2(&state_->stream, kWindowBits + kGzipFormat) == Z_OK);
}

Inflater::Inflater(Inflater&&) noexcept = default;
Inflater::~Inflater() {
  if (state_) inflateEnd(&state_->stream);
}

bool Inflater::complete() const { return state_->complete; }

Status Inflater::add(std::string_view bytes, const std::function<Status(std::string_view)>& sink) {
  State& state = *state_;
  z_stream& stream = state.stream;
  std::array<char, 32768> block;
  while (!bytes.empty()) {
    if (state.complete) return error(ErrorCode::bad_request, "bytes follow the end of the gzip data");
    const std::string_view part = take_part(bytes);
    stream.next_in = input_of(part);
    stream.avail_in = static_cast<uInt>(part.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(block.data());
      stream.avail_out = block.size();
      const uInt before = stream.avail_in;
      const int code = inflate(&stream, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
        return error(ErrorCode::bad_request, "the gzip data is damaged");
      }
      const std::size_t made = block.size() - stream.avail_out;
      RETURN_IF_ERROR(state.expansion.add(before - stream.avail_in, made));
      if (made > 0) RETURN_IF_ERROR(sink(std::string_view(block.data(), made)));
      state.complete = code == Z_STREAM_END;
    } while (!state.complete && stream.avail_out == 0);
    if (state.complete && stream.avail_in > 0) {
      return error(ErrorCode::bad_request, "bytes follow the end of the gzip data");
    }
  }
  return {};
}

Result<std::string> gunzip(std::string_view bytes, const ExpansionLimits& limits) {
  Inflater inflater(limits);
  std::string out;
  RETURN_IF_ERROR(inflater.add(bytes, [&](std::string_view part) -> Status {
    out.append(part);
    return {};
  }));
  if (!inflater.complete()) return error(ErrorCode::bad_request, "the gzip data ends too early");
  return out;
}

}  // namespace tram::http
