#include "agent/search.h"

#include <mutex>

#include "core/reports/search_text.h"
#include "storage/search_index.h"

namespace tram::agent {
namespace {

std::optional<std::string> words_of(const Document& document) {
  const auto body = json::parse_object(document.body);
  return body ? search_text(document.id, *body) : std::nullopt;
}

}  // namespace

Result<json::Value> search_documents(Office& office, std::string_view text, std::size_t limit) {
  static std::mutex one_at_a_time;  // a new index is made by one of them
  const std::scoped_lock lock(one_at_a_time);
  ASSIGN_OR_RETURN(const auto index, SearchIndex::open(office.folder() + "/search.db"));
  RETURN_IF_ERROR(index->catch_up("office", office.own(), words_of));
  RETURN_IF_ERROR(index->catch_up("reference", office.reference_store(), words_of));
  ASSIGN_OR_RETURN(const auto hits, index->find(text, limit));
  json::Value list = json::Value::array();
  for (const SearchHit& hit : hits) {
    list.push_back({{"id", hit.id}, {"from", hit.source}, {"line", hit.line}, {"exact", hit.exact}});
  }
  return list;
}

}  // namespace tram::agent
