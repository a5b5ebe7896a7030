#include "server/search.h"

#include <sys/stat.h>

#include <mutex>

#include "core/reports/search_text.h"
#include "storage/search_index.h"

namespace tram {
namespace {

std::optional<std::string> words_of_document(const Document& document) {
  const auto body = json::parse_object(document.body);
  return body ? search_text(document.id, *body) : std::nullopt;
}

// Size and time of a database and its log; a commit changes one of them.
std::string stamp_of(const std::string& path) {
  std::string stamp;
  for (const std::string& name : {path, path + "-wal"}) {
    struct stat file = {};
    if (::stat(name.c_str(), &file) != 0) continue;
    stamp += std::to_string(file.st_size) + "@" + std::to_string(file.st_mtim.tv_sec) + "." +
             std::to_string(file.st_mtim.tv_nsec) + " ";
  }
  return stamp;
}

Status catch_up_with(Province& province, SearchIndex& index, const std::string& name) {
  ASSIGN_OR_RETURN(const std::string path, province.databases().file_of(name));
  const std::string stamp = stamp_of(path);  // taken before reading: what comes meanwhile is read next time
  ASSIGN_OR_RETURN(const std::string seen, index.mark(name));
  if (!seen.empty() && seen == stamp) return {};
  ASSIGN_OR_RETURN(const auto database, province.databases().open(name));
  return index.catch_up(name, *database->store, words_of_document, stamp);
}

}  // namespace

Result<json::Value> search_documents(Province& province, std::string_view text, std::size_t limit) {
  static std::mutex one_at_a_time;  // a new index is made by one of them
  const std::scoped_lock lock(one_at_a_time);
  ASSIGN_OR_RETURN(const auto index, SearchIndex::open(province.folder() + "/search.db"));
  RETURN_IF_ERROR(catch_up_with(province, *index, "reference"));
  for (const Office& office : province.registry().offices()) {
    RETURN_IF_ERROR(catch_up_with(province, *index, office_database(office.slug)));
  }
  ASSIGN_OR_RETURN(const auto hits, index->find(text, limit));
  json::Value list = json::Value::array();
  for (const SearchHit& hit : hits) {
    json::Value office = nullptr;
    if (hit.source.starts_with(kOfficePrefix)) office = hit.source.substr(kOfficePrefix.size());
    list.push_back({{"office", std::move(office)}, {"id", hit.id}, {"line", hit.line}, {"exact", hit.exact}});
  }
  return list;
}

}  // namespace tram
