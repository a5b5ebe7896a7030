// core/base/json_bytes.h (inside core/base only): sixteen bytes of a JSON text looked at in one step, where the processor
// can (SSE2, as every x86-64 has it).
#pragma once

#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tram::json {

#ifdef __SSE2__

// Sixteen bytes of a string, a bit for each. `stops`: those that a string cannot simply carry on through, a quote, a
// backslash or a control character; `high`: those of other scripts, in front of the first stop.
struct Sixteen {
  explicit Sixteen(const char* at) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    stops = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control)));
    high = static_cast<unsigned>(_mm_movemask_epi8(bytes)) & (stops - 1) & ~stops;
  }
  unsigned stops, high;
};
#endif

// Where the string behind whose quote `at` stands ends, if it does within thirty-two plain bytes, as most do and nearly
// all names; else nullptr.
inline const char* short_string_end([[maybe_unused]] const char* at, [[maybe_unused]] const char* end) {
#ifdef __SSE2__
  for (int steps = 0; steps < 2 && end - at >= 16; ++steps, at += 16) {
    const Sixteen bytes(at);
    if (bytes.high != 0) return nullptr;
    if (bytes.stops == 0) continue;
    const char* const stop = at + std::countr_zero(bytes.stops);
    return *stop == '"' ? stop : nullptr;
  }
#endif
  return nullptr;
}

// From `at` to the first byte that a string cannot simply carry on through. `high`: set where others stand before it.
inline const char* string_stop(const char* at, const char* end, bool& high) {
#ifdef __SSE2__
  for (; end - at >= 16; at += 16) {
    const Sixteen bytes(at);
    high = high || bytes.high != 0;
    if (bytes.stops != 0) return at + std::countr_zero(bytes.stops);
  }
#endif
  for (; at != end; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    if (c == '"' || c == '\\' || c < 0x20) break;
    high = high || c >= 0x80;
  }
  return at;
}

}  // namespace tram::json
