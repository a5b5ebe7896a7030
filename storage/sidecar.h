// storage/sidecar.h: inside storage: what is remembered of a store outside of it, in `<file>.id`, one line of JSON.
//
//   db_uuid    which database this file is: another one in its place is noticed before anybody may use it
//   sequence   it has been at least here: in steps of kSidecarStep, and exactly after a clean stop. A file that is behind
//              was copied back behind our back.
//
// Written whole and renamed over the old one. Errors: corrupt (not ours), storage_error, disk_full.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"

namespace tram {

inline constexpr std::uint64_t kSidecarStep = 10'000;

struct Sidecar {
  std::string db_uuid;
  std::uint64_t sequence = 0;
};

std::string sidecar_path(const std::string& store);
Result<std::optional<Sidecar>> read_sidecar(const std::string& store);
Status write_sidecar(const std::string& store, const Sidecar& sidecar);

}  // namespace tram
