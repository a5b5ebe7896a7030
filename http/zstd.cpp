#include "http/zstd.h"

#include <zstd.h>

#include <array>

namespace tram::http {
namespace {

constexpr int kZstdLevel = 1;  // already smaller than gzip at its best, in a fifth of its time
constexpr int kWindowLog = 17, kWindowLogMax = 20;
constexpr std::size_t kBlock = 32 << 10;

void set(ZSTD_CCtx* context, ZSTD_cParameter parameter, int value) {
  CHECK(ZSTD_isError(ZSTD_CCtx_setParameter(context, parameter, value)) == 0);
}

}  // namespace

struct ZstdEncoder::State {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  State() {
    CHECK(context != nullptr);
    set(context, ZSTD_c_compressionLevel, kZstdLevel);
    set(context, ZSTD_c_windowLog, kWindowLog);
    set(context, ZSTD_c_checksumFlag, 1);
  }
  ~State() { ZSTD_freeCCtx(context); }
};

ZstdEncoder::ZstdEncoder() : state_(std::make_unique<State>()) {}

ZstdEncoder::ZstdEncoder(ZstdEncoder&&) noexcept = default;
ZstdEncoder::~ZstdEncoder() = default;

void ZstdEncoder::add(std::string_view bytes, Flush flush, std::string& out) {
  const ZSTD_EndDirective mode = flush == Flush::finish ? ZSTD_e_end
                                 : flush == Flush::sync ? ZSTD_e_flush
                                                        : ZSTD_e_continue;
  std::array<char, kBlock> block;
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  for (bool done = false; !done;) {
    ZSTD_outBuffer output{block.data(), block.size(), 0};
    const std::size_t left = ZSTD_compressStream2(state_->context, &output, &input, mode);
    CHECK(ZSTD_isError(left) == 0);
    out.append(block.data(), output.pos);
    done = mode == ZSTD_e_continue ? input.pos == input.size : left == 0;
  }
}

std::string ZstdEncoder::whole(std::string_view bytes) {
  // Only what is written of it becomes memory.
  const std::size_t room = ZSTD_compressBound(bytes.size());
  const auto out = std::make_unique_for_overwrite<char[]>(room);
  const std::size_t size = ZSTD_compress2(State().context, out.get(), room, bytes.data(), bytes.size());
  CHECK(ZSTD_isError(size) == 0);
  return std::string(out.get(), size);
}

std::uint64_t zstd_announced_size(std::string_view frame) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  return size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ? 0 : size;
}

std::optional<std::string> zstd_whole(std::string_view frame, std::uint64_t size_max) {
  const std::uint64_t announced = zstd_announced_size(frame);
  if (announced == 0 || announced > size_max) return std::nullopt;
  // Of the first frame alone: what follows it is an error, even another.
  if (ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size()) return std::nullopt;
  std::string out(announced, '\0');
  const std::size_t size = ZSTD_decompress(out.data(), out.size(), frame.data(), frame.size());
  return size == announced ? std::optional(std::move(out)) : std::nullopt;
}

struct ZstdDecoder::State {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  Expansion expansion;
  bool complete = false;
  explicit State(const ExpansionLimits& limits) : expansion(limits) {}
  ~State() { ZSTD_freeDCtx(context); }
};

ZstdDecoder::ZstdDecoder(const ExpansionLimits& limits) : state_(std::make_unique<State>(limits)) {
  CHECK(state_->context != nullptr);
  CHECK(ZSTD_isError(ZSTD_DCtx_setParameter(state_->context, ZSTD_d_windowLogMax, kWindowLogMax)) == 0);
}

ZstdDecoder::ZstdDecoder(ZstdDecoder&&) noexcept = default;
ZstdDecoder::~ZstdDecoder() = default;

bool ZstdDecoder::complete() const { return state_->complete; }

Status ZstdDecoder::add(std::string_view bytes, const std::function<Status(std::string_view)>& sink) {
  State& state = *state_;
  std::array<char, kBlock> block;
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  for (bool more = !bytes.empty(); more;) {
    if (state.complete) return error(ErrorCode::bad_request, "bytes follow the end of the zstd data");
    ZSTD_outBuffer output{block.data(), block.size(), 0};
    const std::size_t before = input.pos;
    const std::size_t left = ZSTD_decompressStream(state.context, &output, &input);
    if (ZSTD_isError(left) != 0) return error(ErrorCode::bad_request, "the zstd data is damaged");
    RETURN_IF_ERROR(state.expansion.add(input.pos - before, output.pos));
    if (output.pos > 0) RETURN_IF_ERROR(sink(std::string_view(block.data(), output.pos)));
    state.complete = left == 0;
    more = input.pos < input.size || (!state.complete && output.pos == output.size);
  }
  return {};
}

}  // namespace tram::http
