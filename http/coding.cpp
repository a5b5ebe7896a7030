#include "http/coding.h"

#include <algorithm>

#include "http/message.h"

namespace tram::http {
namespace {

constexpr std::size_t kZstdWorthwhile = 4096;

}  // namespace

std::string_view name_of(Coding coding) {
  switch (coding) {
    case Coding::identity: return "identity";
    case Coding::gzip: return "gzip";
    case Coding::zstd: return "zstd";
  }
  return "identity";
}

std::optional<Coding> coding_named(std::string_view name) {
  if (name.empty() || same_without_case(name, "identity")) return Coding::identity;
  if (same_without_case(name, "gzip") || same_without_case(name, "x-gzip")) return Coding::gzip;
  if (same_without_case(name, "zstd")) return Coding::zstd;
  return std::nullopt;
}

Coding best_accepted(std::string_view accept_encoding) {
  Coding best = Coding::identity;
  while (!accept_encoding.empty()) {
    const auto end = std::min(accept_encoding.find(','), accept_encoding.size());
    std::string part;
    for (const char c : accept_encoding.substr(0, end)) {
      if (c != ' ' && c != '\t') part += c;
    }
    accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
    const auto semicolon = std::min(part.find(';'), part.size());
    const auto coding = coding_named(std::string_view(part).substr(0, semicolon));
    const bool allowed = semicolon == part.size() || part.find_first_of("123456789", semicolon) != std::string::npos;
    if (coding && allowed) best = std::max(best, *coding);
  }
  return best;
}

Coding coding_for(std::size_t size, Coding coding) {
  if (size <= kGzipWorthwhile) return Coding::identity;
  return size < kZstdWorthwhile ? std::min(coding, Coding::gzip) : coding;
}

Encoder::Encoder(Coding coding)
    : encoder_(coding == Coding::zstd ? decltype(encoder_)(ZstdEncoder()) : decltype(encoder_)(Deflater())) {
  CHECK(coding != Coding::identity);
}

void Encoder::add(std::string_view bytes, Flush flush, std::string& out) {
  std::visit([&](auto& encoder) { encoder.add(bytes, flush, out); }, encoder_);
}

Decoder::Decoder(Coding coding, const ExpansionLimits& limits)
    : coding_(coding),
      decoder_(coding == Coding::zstd ? decltype(decoder_)(ZstdDecoder(limits))
                                      : decltype(decoder_)(Inflater(limits))) {
  CHECK(coding != Coding::identity);
}

Status Decoder::add(std::string_view bytes, const std::function<Status(std::string_view)>& sink) {
  return std::visit([&](auto& decoder) { return decoder.add(bytes, sink); }, decoder_);
}

Status Decoder::finish() const {
  const bool complete = std::visit([](const auto& decoder) { return decoder.complete(); }, decoder_);
  if (complete) return {};
  return error(ErrorCode::bad_request, "the " + std::string(name_of(coding_)) + " data ends too early");
}

std::uint64_t announced_size(Coding coding, std::string_view bytes) {
  return coding == Coding::zstd ? zstd_announced_size(bytes) : 0;
}

std::optional<std::string> decode_announced(Coding coding, std::string_view bytes, std::uint64_t size_max) {
  return coding == Coding::zstd ? zstd_whole(bytes, size_max) : std::nullopt;
}

std::string encode(Coding coding, std::string_view bytes) {
  if (coding == Coding::identity) return std::string(bytes);
  return coding == Coding::gzip ? gzip(bytes) : ZstdEncoder::whole(bytes);
}

Result<std::string> decode(Coding coding, std::string_view bytes, const ExpansionLimits& limits) {
  if (coding == Coding::identity) return std::string(bytes);
  Decoder decoder(coding, limits);
  std::string out;
  RETURN_IF_ERROR(decoder.add(bytes, [&](std::string_view part) -> Status {
    out.append(part);
    return {};
  }));
  RETURN_IF_ERROR(decoder.finish());
  return out;
}

}  // namespace tram::http
