// server/instant.h: moments as people and documents write them. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tram {

// Milliseconds since 1970 of "2024-06-17T09:12:00+07:00" or "2024-06-17T02:12:00Z" (seconds may have decimals, which
// are dropped); a day alone, "2024-06-17", is its last second in Viet Nam. Nothing for anything else.
std::optional<std::int64_t> parse_instant(std::string_view text);

}  // namespace tram
