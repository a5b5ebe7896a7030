#include "sync/expand.h"

#include <algorithm>

#include "core/base/digest.h"
#include "core/records/document.h"

namespace tram {
namespace {

constexpr std::size_t kExpandedBlock = 48 << 10;  // a multiple of three, for base64
constexpr std::size_t kMarkSize = 66;             // the SHA-256 between two marks

// Most texts have none: twice the library's quick search for one character.
std::size_t find_mark(std::string_view text, std::size_t from) {
  return std::min(text.find(kDataMark, from), text.find(kBytesMark, from));
}

Error bytes_gone(std::string_view sha256) {
  return error(ErrorCode::corrupt, "the bytes of attachment " + std::string(sha256) + " are gone or damaged");
}

class Expander {
 public:
  Expander(http::Stream marked, std::shared_ptr<Store> store) : marked_(std::move(marked)), store_(std::move(store)) {}

  Result<http::Chunk> next() {
    if (blob_) {
      ASSIGN_OR_RETURN(http::Chunk chunk, blob_());
      if (chunk.kind == http::Chunk::Kind::end) {
        blob_ = nullptr;
        return http::Chunk::data("");
      }
      if (is_base64_) chunk.bytes = to_base64(chunk.bytes);
      return chunk;
    }
    if (at_ == text_.size()) {
      ASSIGN_OR_RETURN(http::Chunk chunk, marked_());
      if (chunk.kind != http::Chunk::Kind::data || find_mark(chunk.bytes, 0) == std::string::npos) return chunk;
      text_ = std::move(chunk.bytes);
      at_ = 0;
    }
    const std::size_t mark = std::min(find_mark(text_, at_), text_.size());
    std::string before = text_.substr(at_, mark - at_);
    at_ = mark;
    if (mark < text_.size()) RETURN_IF_ERROR(begin_blob());
    return http::Chunk::data(std::move(before));
  }

 private:
  Status begin_blob() {
    is_base64_ = text_[at_] == kDataMark;
    const std::string sha256 = text_.substr(at_ + 1, kMarkSize - 2);
    at_ += kMarkSize;
    ASSIGN_OR_RETURN(auto found, store_->blob(sha256));
    if (!found) return bytes_gone(sha256);
    const std::uint64_t length = found->bytes.length();
    blob_ = blob_stream(std::move(found->bytes), sha256, 0, length);
    return {};
  }

  http::Stream marked_;
  const std::shared_ptr<Store> store_;
  std::string text_;
  std::size_t at_ = 0;
  http::Stream blob_;
  bool is_base64_ = false;
};

}  // namespace

http::Stream expanded(http::Stream marked, std::shared_ptr<Store> store) {
  const auto expander = std::make_shared<Expander>(std::move(marked), std::move(store));
  return [expander] { return expander->next(); };
}

Result<std::string> expanded_text(std::string_view marked,
                                  const std::function<Result<std::string>(std::string_view sha256)>& read) {
  std::string out;
  while (true) {
    const std::size_t mark = find_mark(marked, 0);
    out += marked.substr(0, mark);
    if (mark == std::string_view::npos) return out;
    ASSIGN_OR_RETURN(const std::string bytes, read(marked.substr(mark + 1, kMarkSize - 2)));
    out += marked[mark] == kDataMark ? to_base64(bytes) : bytes;
    marked.remove_prefix(mark + kMarkSize);
  }
}

http::Stream blob_stream(BlobReader bytes, std::string sha256, std::uint64_t from, std::uint64_t to) {
  struct State {
    BlobReader bytes;
    std::string sha256;
    std::uint64_t at, to;
    Sha256 digest = {};
    bool is_whole;
  };
  const bool is_whole = from == 0 && to == bytes.length();
  const auto state = std::make_shared<State>(State{std::move(bytes), std::move(sha256), from, to, {}, is_whole});
  return [state]() -> Result<http::Chunk> {
    if (state->at >= state->to) return http::Chunk::end();
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kExpandedBlock, state->to - state->at));
    ASSIGN_OR_RETURN(std::string block, state->bytes.read(state->at, size));
    state->at += block.size();
    if (state->is_whole) {
      state->digest.update(block);
      if (state->at == state->to && to_hex(state->digest.finish()) != state->sha256) return bytes_gone(state->sha256);
    }
    return http::Chunk::data(std::move(block));
  };
}

}  // namespace tram
