// server/doctor.h: looks for what will be trouble: the disk, the library, rights, offices that are silent, data that
// does not check. Reads only. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "server/province.h"

namespace tram {

struct Diagnosis {
  enum class Level { fine, hint, trouble } level = Level::fine;
  std::string about;  // "disk"
  std::string vi, en;
};
std::vector<Diagnosis> examine(Province& province);
std::string_view name_of(Diagnosis::Level level);

}  // namespace tram
