// What the API takes and answers about published documents and recommendations.
#include "server/api.h"
#include "server/downward.h"
#include "server/unit_history.h"

namespace tram {

Result<json::Value> Api::unit(const http::Request&, const http::PathValues& path, const Principal&) const {
  return unit_history(province_, path["code"]);
}

Result<json::Value> Api::published(const http::Request& request, const http::PathValues&,
                                   const Principal& principal) const {
  ASSIGN_OR_RETURN(json::Value body, json_body(request));
  return publish(province_, std::move(body), principal.name);
}

Result<json::Value> Api::readers(const http::Request&, const http::PathValues& path, const Principal&) const {
  return readings(province_, path["id"]);
}

Result<json::Value> Api::recommendations(const http::Request& request, const http::PathValues&,
                                         const Principal&) const {
  return list_recommendations(province_, request.parameter("office").value_or(""));
}

Result<json::Value> Api::answered(const http::Request& request, const http::PathValues& path,
                                  const Principal& principal) const {
  ASSIGN_OR_RETURN(const json::Value body, json_body(request));
  return answer_recommendation(province_, path["slug"], path["id"], body,
                               json::string_at(body, "by").value_or(principal.name));
}

}  // namespace tram
