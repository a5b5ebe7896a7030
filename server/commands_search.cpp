#include "server/commands.h"
#include "server/search.h"

namespace tram {

http::Outcome search_command(const Typed& typed, Province& province) {
  std::string text;
  for (const std::string& word : typed.line.words) text += (text.empty() ? "" : " ") + word;
  const auto hits = search_documents(province, text);
  if (!hits) return failed(hits.error());
  if (typed.line.json) return say_json(*hits);
  if (hits->empty()) return say("Không tìm thấy (nothing found)\n");
  std::string found;
  for (const json::Value& hit : *hits) {
    const std::string office = json::string_at(hit, "office").value_or("reference");
    found += office + "  " + hit["id"].get<std::string>() + "  " + hit["line"].get<std::string>() + "\n";
  }
  return say(found);
}

}  // namespace tram
