// publish, readings, recommendations, answer, seed, unit
#include "install_paths.h"
#include "server/commands.h"
#include "server/downward.h"
#include "server/seed.h"
#include "server/unit_history.h"
#include "storage/data_folder.h"

namespace tram {
namespace {

std::string person_of(const ServerLine& line) { return line.by.empty() ? "admin" : line.by; }

Result<json::Value> publish_file(const Typed& typed, Province& province) {
  ASSIGN_OR_RETURN(const std::string text, read_file(path_from(typed, typed.line.file)));
  auto body = json::parse_object(text);
  if (!body) return body.error().within(typed.line.file);
  auto done = publish(province, *std::move(body), person_of(typed.line));
  if (!done) return done.error().within(typed.line.file);
  return done;
}

Result<json::Value> seed_unit(const Typed& typed, Province& province) {
  const std::string file =
      typed.line.file.empty() ? (shipped_reference() / "seed_figures.csv").string() : path_from(typed, typed.line.file);
  ASSIGN_OR_RETURN(const std::string csv, read_file(file));
  return seed_figures(province, csv, typed.line.unit);
}

Result<json::Value> answer_one(const ServerLine& line, Province& province) {
  json::Value answer = json::Value::object();
  for (const std::string& typed : line.fields) {
    const auto at = typed.find('=');
    if (at == std::string::npos) return error(ErrorCode::usage, "'" + typed + "' is not FIELD=VALUE");
    answer[typed.substr(0, at)] = typed.substr(at + 1);
  }
  return answer_recommendation(province, line.slug, line.id, answer, person_of(line));
}

}  // namespace

http::Outcome downward_command(const Typed& typed, Province& province) {
  const ServerLine& line = typed.line;
  const auto done = line.verb == "publish"           ? publish_file(typed, province)
                    : line.verb == "readings"        ? readings(province, line.id)
                    : line.verb == "recommendations" ? list_recommendations(province, line.slug)
                    : line.verb == "answer"          ? answer_one(line, province)
                    : line.verb == "unit"            ? unit_history(province, line.unit)
                                                     : seed_unit(typed, province);
  return done ? say_json(*done) : failed(done.error());
}

}  // namespace tram
