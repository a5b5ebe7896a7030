// init, office add, office list, office token
#include <algorithm>

#include "install_paths.h"
#include "server/commands.h"
#include "server/new_office.h"
#include "server/office_order.h"
#include "storage/data_folder.h"

namespace tram {
namespace {

Result<std::string> make_province(const Typed& typed, Clock& clock, Random& random) {
  const ServerLine& line = typed.line;
  const std::string folder = path_from(typed, line.data);
  const std::string from = line.reference.empty() ? shipped_reference().string() : path_from(typed, line.reference);
  ASSIGN_OR_RETURN(const auto reference, read_reference(from));
  std::string password = make_password(random);
  if (!line.password_file.empty()) {
    ASSIGN_OR_RETURN(password, read_password(path_from(typed, line.password_file)));
  }
  ASSIGN_OR_RETURN(const DataFolder held, DataFolder::acquire(folder, true, 0, clock));
  ASSIGN_OR_RETURN(const std::string hash, hash_password(password));
  RETURN_IF_ERROR(Province::create(folder, line.province, hash, reference, {&clock, &random}));
  const auto forms = std::count_if(reference.begin(), reference.end(),
                                   [](const ReferenceDocument& document) { return document.id.starts_with("form:"); });
  std::string out = "Đã tạo dữ liệu của " + line.province + " tại " + folder + " (made): " + std::to_string(forms) +
                    " biểu mẫu (forms), " + std::to_string(reference.size()) + " văn bản (documents)\n";
  out += line.password_file.empty() ? "admin " + password + "\n" : "admin (" + line.password_file + ")\n";
  return out;
}

}  // namespace

http::Outcome init_command(const Typed& typed, Clock& clock, Random& random) {
  auto made = make_province(typed, clock, random);
  return made ? say(std::move(*made)) : failed(made.error());
}

http::Outcome office_add(const Typed& typed, Province& province) {
  const auto office = complete_office(province, {typed.line.slug, typed.line.name, typed.line.unit});
  if (!office) return failed(office.error());
  const auto token = province.add_office(office->slug, office->name, office->unit);
  if (!token) return failed(token.error());
  const std::string unit = office->unit.empty() ? "" : ", đơn vị hành chính (unit) " + office->unit;
  return say(office->slug + ": " + office->name + unit + "\n" + *token + "\n");
}

http::Outcome office_list(const Typed& typed, Province& province) {
  json::Value list = json::Value::array();
  std::string text;
  for (const Office& office : by_name(province.registry().offices())) {
    const Contact contact = province.registry().contact(office.slug);
    list.push_back({{"slug", office.slug},
                    {"name", office.name},
                    {"unit", office.unit},
                    {"database", office_database(office.slug)},
                    {"last_contact", contact.at.empty() ? json::Value(nullptr) : json::Value(contact.at)}});
    text += office.slug + "  " + office.name + (contact.at.empty() ? "" : "  " + contact.at) + "\n";
  }
  return typed.line.json ? say_json(list) : say(text);
}

http::Outcome office_token(const Typed& typed, Province& province) {
  const auto token = province.renew_token(typed.line.slug);
  return token ? say(*token + "\n") : failed(token.error());
}

}  // namespace tram
