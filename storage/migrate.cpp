#include "storage/migrate.h"

#include <unistd.h>

#include "storage/data_folder.h"

namespace tram {
namespace {

Status keep_copy(Connection& writer, const std::string& copy) {
  const std::string part = copy + ".part";
  ::unlink(part.c_str());
  Status status = writer.copy_to(part);
  if (status.ok()) status = replace_file(part, copy);
  if (!status.ok()) ::unlink(part.c_str());
  return status;
}

}  // namespace

Status migrate(Connection& writer, const std::string& path, std::size_t from, std::span<const char* const> steps,
               const std::function<Status()>& also) {
  if (from > 0) {
    Status kept = keep_copy(writer, path + ".schema-" + std::to_string(from));
    if (!kept.ok()) return kept.error().within("copying " + path + " before its schema changes");
  }
  const auto run = [&]() -> Status {
    for (std::size_t n = from; n < steps.size(); ++n) RETURN_IF_ERROR(writer.script(steps[n]));
    if (also) RETURN_IF_ERROR(also());
    RETURN_IF_ERROR(writer.script("PRAGMA user_version=" + std::to_string(steps.size())));
    return writer.script("COMMIT");
  };
  RETURN_IF_ERROR(writer.begin("BEGIN IMMEDIATE"));
  Status status = run();
  if (!status.ok() && writer.in_transaction()) (void)writer.script("ROLLBACK");
  return status;
}

}  // namespace tram
