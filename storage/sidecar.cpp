#include "storage/sidecar.h"

#include "core/base/json.h"
#include "storage/data_folder.h"

namespace tram {

std::string sidecar_path(const std::string& store) { return store + ".id"; }

Result<std::optional<Sidecar>> read_sidecar(const std::string& store) {
  const std::string path = sidecar_path(store);
  if (!file_exists(path)) return std::optional<Sidecar>();
  ASSIGN_OR_RETURN(const std::string text, read_file(path, 4096));
  const auto value = json::parse_object(text);
  const auto uuid = value ? json::string_at(*value, "db_uuid") : std::nullopt;
  const auto sequence = value ? json::integer_at(*value, "sequence") : std::nullopt;
  if (!uuid || !sequence || *sequence < 0) {
    return error(ErrorCode::corrupt, path + " is damaged; look whether " + store + " is right, then delete it");
  }
  return std::optional(Sidecar{*uuid, static_cast<std::uint64_t>(*sequence)});
}

Status write_sidecar(const std::string& store, const Sidecar& sidecar) {
  const json::Value value = {{"db_uuid", sidecar.db_uuid}, {"sequence", sidecar.sequence}};
  return write_file(sidecar_path(store), json::print(value) + "\n");
}

}  // namespace tram
