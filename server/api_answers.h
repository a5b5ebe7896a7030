// server/api_answers.h: what each route of the JSON API answers; the table that names them is api_routes.cpp, their
// parameters and answers are described in docs/openapi-server.yaml. Any thread.
#pragma once

#include "server/api.h"

namespace tram::api {

// Who is signed in, people, sessions, the audit list (api_people.cpp).
Result<http::Response> sign_in(const ApiCall& call);
Result<http::Response> sign_out(const ApiCall& call);
Result<json::Value> session(const ApiCall& call);
Result<json::Value> own_password(const ApiCall& call);
Result<json::Value> sessions(const ApiCall& call);
Result<json::Value> session_ended(const ApiCall& call);
Result<json::Value> people(const ApiCall& call);
Result<json::Value> person_added(const ApiCall& call);
Result<json::Value> person_changed(const ApiCall& call);
Result<json::Value> person_removed(const ApiCall& call);
Result<json::Value> person_password(const ApiCall& call);
Result<json::Value> audit(const ApiCall& call);
Result<json::Value> audit_verified(const ApiCall& call);

// Offices and what they sent (api_offices.cpp).
Result<json::Value> status(const ApiCall& call);
Result<json::Value> offices(const ApiCall& call);
Result<json::Value> office_added(const ApiCall& call);
Result<json::Value> token_renewed(const ApiCall& call);
Result<json::Value> reports(const ApiCall& call);
Result<json::Value> report(const ApiCall& call);
Result<json::Value> attachments(const ApiCall& call);
Result<http::Response> attachment(const ApiCall& call);
Result<json::Value> reviewed(const ApiCall& call);
// api_reviews.cpp
Result<json::Value> corrected(const ApiCall& call);
Result<json::Value> recovery(const ApiCall& call);
Result<json::Value> recovery_set(const ApiCall& call);
Result<json::Value> confirmed(const ApiCall& call);
Result<json::Value> review_queue(const ApiCall& call);
Result<json::Value> document(const ApiCall& call);
Result<json::Value> history(const ApiCall& call);
Result<json::Value> search(const ApiCall& call);
Result<json::Value> unit(const ApiCall& call);

// Figures (api_figures.cpp).
Result<json::Value> dashboard(const ApiCall& call);
Result<json::Value> periods(const ApiCall& call);
Result<json::Value> completeness(const ApiCall& call);
Result<json::Value> targets(const ApiCall& call);
Result<json::Value> consolidate(const ApiCall& call);
Result<json::Value> figure(const ApiCall& call);
Result<json::Value> verified(const ApiCall& call);
Result<json::Value> compared(const ApiCall& call);
Result<json::Value> runs_compared(const ApiCall& call);
Result<json::Value> runs(const ApiCall& call);
Result<json::Value> run_made(const ApiCall& call);
Result<json::Value> run_one(const ApiCall& call);
Result<json::Value> run_repeated(const ApiCall& call);
Result<http::Response> exported(const ApiCall& call);

// What goes down, and what comes up in answer (api_downward.cpp).
Result<json::Value> forms(const ApiCall& call);
Result<json::Value> reference(const ApiCall& call);
Result<json::Value> reference_one(const ApiCall& call);
Result<json::Value> published(const ApiCall& call);
Result<json::Value> readers(const ApiCall& call);
Result<json::Value> recommendations(const ApiCall& call);
Result<json::Value> answered(const ApiCall& call);

}  // namespace tram::api
