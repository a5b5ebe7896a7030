// storage/migrate.h: inside storage: from the schema that a file has to the one this program knows.
//
// Each version is one commented SQL file (schema/NNN.sql) that starts from the one before. All that are missing and the
// new user_version are one transaction: after a crash a file has its old schema or the new one, nothing between.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "core/base/result.h"
#include "storage/sqlite.h"

namespace tram {

// Runs the versions after `from` (0: an empty file). steps[0] makes version 1. A file that held something is first copied
// to `<path>.schema-<from>`, which stays. `also` runs in the same transaction. Errors: those of the disk, and corrupt;
// then the file is as it was.
Status migrate(Connection& writer, const std::string& path, std::size_t from, std::span<const char* const> steps,
               const std::function<Status()>& also = {});

}  // namespace tram
