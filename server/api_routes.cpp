#include "server/api_answers.h"

namespace tram {

const std::vector<ApiRoute>& api_routes() {
  using enum Role;
  static const std::vector<ApiRoute> routes = {
      {"POST", "/api/v1/session", std::nullopt, nullptr, &api::sign_in},
      {"GET", "/api/v1/session", viewer, nullptr, &api::session},
      {"DELETE", "/api/v1/session", viewer, "sign_out", &api::sign_out},
      {"POST", "/api/v1/session/password", viewer, "own_password", &api::own_password},
      {"GET", "/api/v1/sessions", viewer, nullptr, &api::sessions},
      {"DELETE", "/api/v1/sessions/{id}", viewer, "session_end", &api::session_ended},

      {"GET", "/api/v1/dashboard", viewer, nullptr, &api::dashboard},
      {"GET", "/api/v1/periods", viewer, nullptr, &api::periods},
      {"GET", "/api/v1/forms", viewer, nullptr, &api::forms},
      {"GET", "/api/v1/completeness", viewer, nullptr, &api::completeness},
      {"GET", "/api/v1/targets", viewer, nullptr, &api::targets},
      {"GET", "/api/v1/consolidate", viewer, nullptr, &api::consolidate},
      {"GET", "/api/v1/consolidate/figure", viewer, nullptr, &api::figure},
      {"GET", "/api/v1/consolidate/export", viewer, nullptr, &api::exported},
      {"GET", "/api/v1/consolidate/compare", viewer, nullptr, &api::compared},
      {"POST", "/api/v1/consolidate/verify", officer, "consolidate_verify", &api::verified},
      {"GET", "/api/v1/runs", viewer, nullptr, &api::runs},
      {"POST", "/api/v1/runs", leader, "official_run", &api::run_made},
      {"GET", "/api/v1/runs/{id}", viewer, nullptr, &api::run_one},
      {"GET", "/api/v1/runs/{id}/repeat", viewer, nullptr, &api::run_repeated},
      {"GET", "/api/v1/runs/{id}/compare", viewer, nullptr, &api::runs_compared},
      {"GET", "/api/v1/units/{code}", viewer, nullptr, &api::unit},

      {"GET", "/api/v1/offices", viewer, nullptr, &api::offices},
      {"GET", "/api/v1/review", officer, nullptr, &api::review_queue},
      {"GET", "/api/v1/offices/{slug}/reports", officer, nullptr, &api::reports},
      {"GET", "/api/v1/offices/{slug}/reports/{id}", officer, nullptr, &api::report},
      {"GET", "/api/v1/offices/{slug}/reports/{id}/attachments", officer, nullptr, &api::attachments},
      {"GET", "/api/v1/offices/{slug}/reports/{id}/attachments/{name}", officer, nullptr, &api::attachment},
      {"POST", "/api/v1/offices/{slug}/reports/{id}/review", officer, "review", &api::reviewed},
      {"POST", "/api/v1/offices/{slug}/reports/{id}/correction", officer, "correction", &api::corrected},
      {"POST", "/api/v1/offices/{slug}/documents/{id}/confirm", officer, "confirm_restored", &api::confirmed},
      {"GET", "/api/v1/offices/{slug}/documents/{id}", officer, nullptr, &api::document},
      {"GET", "/api/v1/offices/{slug}/documents/{id}/history", officer, nullptr, &api::history},
      {"GET", "/api/v1/search", officer, nullptr, &api::search},
      {"GET", "/api/v1/reference", viewer, nullptr, &api::reference},
      {"GET", "/api/v1/reference/{id}", viewer, nullptr, &api::reference_one},
      {"POST", "/api/v1/reference", officer, "publish", &api::published},
      {"GET", "/api/v1/reference/{id}/readings", officer, nullptr, &api::readers},
      {"GET", "/api/v1/recommendations", officer, nullptr, &api::recommendations},
      {"POST", "/api/v1/offices/{slug}/recommendations/{id}/answer", officer, "answer", &api::answered},

      {"GET", "/api/v1/status", admin, nullptr, &api::status},
      {"POST", "/api/v1/offices", admin, "office_add", &api::office_added},
      {"POST", "/api/v1/offices/{slug}/token", admin, "office_token", &api::token_renewed},
      {"GET", "/api/v1/recovery", officer, nullptr, &api::recovery},
      {"PUT", "/api/v1/recovery", admin, "recovery", &api::recovery_set},
      {"GET", "/api/v1/people", admin, nullptr, &api::people},
      {"POST", "/api/v1/people", admin, "person_add", &api::person_added},
      {"PUT", "/api/v1/people/{name}", admin, "person_change", &api::person_changed},
      {"DELETE", "/api/v1/people/{name}", admin, "person_remove", &api::person_removed},
      {"POST", "/api/v1/people/{name}/password", admin, "person_password", &api::person_password},
      {"GET", "/api/v1/audit", admin, nullptr, &api::audit},
      {"GET", "/api/v1/audit/verify", admin, nullptr, &api::audit_verified},
  };
  return routes;
}

}  // namespace tram
