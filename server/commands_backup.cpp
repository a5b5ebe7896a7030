// backup, restore
#include <algorithm>

#include "server/backup_set.h"
#include "server/commands.h"

namespace tram {
namespace {

// What was changed since the backup stays changed: a token that was replaced, a person who
// was removed, must not open the door again.
Status keep_credentials(Province& province, const Credentials& now) {
  for (const User& before : province.registry().users()) {
    const bool stays =
        std::any_of(now.users.begin(), now.users.end(), [&](const User& u) { return u.name == before.name; });
    if (!stays) RETURN_IF_ERROR(province.registry().remove_user(before.name));
  }
  for (const User& user : now.users) RETURN_IF_ERROR(province.registry().save_user(user));
  for (const Office& office : now.offices) RETURN_IF_ERROR(province.adopt_office(office));
  return {};
}

}  // namespace

http::Outcome backup_command(const Typed& typed, Province& province) {
  const std::string file = path_from(typed, typed.line.file);
  const auto stores = write_backup(province, file);
  if (!stores) return failed(stores.error());
  return say("Đã sao lưu (backed up) " + std::to_string(*stores) + " kho (stores): " + file + "\n");
}

http::Outcome restore_command(const Typed& typed, Host& host) {
  const std::string file = path_from(typed, typed.line.file);
  std::optional<Credentials> now;
  ProvinceOptions options = host.options();
  // A folder that cannot be opened any more is what restores are for.
  if (auto province = host.province()) now = credentials_of((*province)->registry());
  Restored restored;
  const auto done = host.exchange([&](const std::string& folder) -> Status {
    ASSIGN_OR_RETURN(restored, put_back(folder, file, options));
    return {};
  });
  if (!done) return failed(done.error());
  auto province = host.province();
  if (!province) return failed(province.error());
  if (now) {
    if (auto kept = keep_credentials(**province, *now); !kept) return failed(kept.error());
  }
  std::string out = "Đã phục hồi (restored) " + std::to_string(restored.stores) + " kho (stores)";
  if (!restored.moved_to.empty()) out += "; dữ liệu cũ ở (what was there is in) " + restored.moved_to;
  out += "\n";
  out += now ? "Mật khẩu và mã truy cập giữ như trước khi phục hồi (passwords and tokens stay as they were).\n"
             : "Mật khẩu và mã truy cập theo bản sao lưu; hãy thay các mã đã đổi sau đó "
               "(passwords and tokens are those of the backup; renew what was replaced since).\n";
  return say(out);
}

}  // namespace tram
