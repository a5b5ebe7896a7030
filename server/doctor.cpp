#include "server/doctor.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "server/commands.h"
#include "server/instant.h"
#include "storage/data_folder.h"
#include "storage/sqlite.h"

namespace tram {
namespace {

constexpr std::uint64_t kSpaceMin = 256ULL << 20;
constexpr std::int64_t kSilentMs = 7LL * 24 * 3600 * 1000;
constexpr int kFlushes = 5;
constexpr std::int64_t kFlushMsMax = 50;
constexpr rlim_t kDescriptorsMin = 4096;
using Level = Diagnosis::Level;

class Examination {
 public:
  explicit Examination(Province& province) : province_(province) {}

  std::vector<Diagnosis> run() {
    look_at_disk();
    look_at_flushes();
    look_at_rights();
    look_at_library();
    look_at_stores();
    look_at_reference();
    look_at_offices();
    return std::move(found_);
  }

 private:
  void note(Level level, std::string about, std::string vi, std::string en) {
    found_.push_back({level, std::move(about), std::move(vi), std::move(en)});
  }

  void look_at_disk() {
    const std::uint64_t free = free_bytes(province_.folder());
    const std::string mb = std::to_string(free >> 20) + " MB";
    note(free < kSpaceMin ? Level::trouble : Level::fine, "disk", "còn trống " + mb, mb + " free");
  }

  void look_at_flushes() {
    const std::string path = province_.folder() + "/doctor.tmp";
    const std::int64_t begin = province_.clock().steady_ms();
    for (int i = 0; i < kFlushes; ++i) {
      if (auto written = write_file(path, "x"); !written) {
        note(Level::trouble, "flush", "không ghi được vào thư mục dữ liệu: " + written.error().message,
             "cannot write to the data directory: " + written.error().message);
        return;
      }
    }
    ::unlink(path.c_str());
    const std::int64_t each = (province_.clock().steady_ms() - begin) / kFlushes;
    const std::string ms = std::to_string(each) + " ms";
    note(each > kFlushMsMax ? Level::hint : Level::fine, "flush", "mỗi lần ghi chắc xuống đĩa mất " + ms,
         "a write that is sure to be on disk takes " + ms);
  }

  void look_at_rights() {
    struct stat info {};
    const bool open_to_others = ::stat(province_.folder().c_str(), &info) == 0 && (info.st_mode & 077) != 0;
    note(
        open_to_others ? Level::hint : Level::fine, "rights",
        open_to_others ? "người dùng khác đọc được thư mục dữ liệu; chmod 700" : "chỉ máy chủ đọc được thư mục dữ liệu",
        open_to_others ? "other users may read the data directory; chmod 700"
                       : "only the server reads the data directory");
    rlimit limit{};
    const bool few = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max < kDescriptorsMin;
    if (few) {
      note(Level::hint, "descriptors", "giới hạn số tệp mở quá thấp",
           "the limit of open files is low; raise LimitNOFILE");
    }
  }

  void look_at_library() {
    const bool bug = sqlite_has_wal_reset_bug();
    note(Level::fine, "sqlite",
         "SQLite " + sqlite_version() + (bug ? ", có lỗi WAL-reset; chương trình tránh được lỗi này" : ""),
         "SQLite " + sqlite_version() + (bug ? ", with the WAL-reset bug, which this program steers around" : ""));
  }

  void look_at_stores() {
    check("province", province_.store());
    const auto names = province_.databases().list();
    if (!names) return note(Level::trouble, "stores", names.error().message, names.error().message);
    for (const std::string& name : *names) {
      const auto database = province_.databases().open(name);
      if (!database)
        note(Level::trouble, name, "không mở được: " + database.error().message, database.error().message);
      else
        check(name, *(*database)->store);
    }
    note(Level::fine, "stores", "đã kiểm tra " + std::to_string(names->size() + 1) + " kho",
         std::to_string(names->size() + 1) + " stores checked");
  }

  void check(const std::string& name, Store& store) {
    if (auto sound = store.quick_check(); !sound) {
      note(Level::trouble, name, "kho bị lỗi: " + sound.error().message, "damaged: " + sound.error().message);
    }
  }

  void look_at_reference() {
    const auto reference = province_.reference().get();
    if (!reference) return note(Level::trouble, "reference", reference.error().message, reference.error().message);
    const bool empty = (*reference)->forms.empty() || (*reference)->units.size() == 0;
    const std::string forms = std::to_string((*reference)->forms.size());
    note(empty ? Level::trouble : Level::fine, "reference", forms + " biểu mẫu", forms + " forms");
  }

  void look_at_offices() {
    const std::int64_t now = province_.clock().wall_ms();
    for (const Office& office : province_.registry().offices()) {
      const Contact contact = province_.registry().contact(office.slug);
      const auto at = parse_instant(contact.at);
      if (at && now - *at <= kSilentMs) continue;
      note(Level::hint, office.slug, contact.at.empty() ? "chưa từng liên lạc" : "không liên lạc từ " + contact.at,
           contact.at.empty() ? "has never been in touch" : "silent since " + contact.at);
    }
  }

  Province& province_;
  std::vector<Diagnosis> found_;
};

}  // namespace

std::vector<Diagnosis> examine(Province& province) { return Examination(province).run(); }

std::string_view name_of(Diagnosis::Level level) {
  return level == Level::fine ? "fine" : level == Level::hint ? "hint" : "trouble";
}

http::Outcome doctor_command(const Typed& typed, Host&, Province& province) {
  json::Value list = json::Value::array();
  std::string text;
  bool trouble = false;
  for (const Diagnosis& found : examine(province)) {
    trouble = trouble || found.level == Level::trouble;
    list.push_back({{"level", std::string(name_of(found.level))},
                    {"about", found.about},
                    {"message_vi", found.vi},
                    {"message", found.en}});
    const char* mark = found.level == Level::fine ? "  " : found.level == Level::hint ? "? " : "! ";
    text += mark + found.about + ": " + found.vi + " (" + found.en + ")\n";
  }
  http::Outcome outcome = typed.line.json ? say_json(list) : say(text);
  if (trouble) {
    outcome.exit = 1;
    outcome.err = "tram-server: có vấn đề, xem các dòng có dấu ! / there is trouble, see the lines marked !\n";
  }
  return outcome;
}

}  // namespace tram
