// server/judgement.h: one document of an office before the rules of the province, and what the rules share.
// Lives for one call of Rules::judge.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/reference_data.h"
#include "server/secrets.h"
#include "storage/transaction.h"
#include "sync/peer.h"

namespace tram {

// The office whose database it is.
struct OfficeFacts {
  std::string slug;
  std::string unit;         // code; empty: not known
  bool department = false;  // the province's own office, where it is the writer of everything
};

struct Judgement {
  const ReferenceData& reference;
  const OfficeFacts& office;
  const SigningKey& key;
  Transaction& transaction;
  const Document& document;
  const std::optional<Record>& known;
  const json::Value& body;  // of the document, parsed
  bool by_office;
  bool recovery = false;  // what only the province writes is taken from the office, to be confirmed
};

using Verdict = std::optional<Refused>;  // nothing: may be written

Refused refuse(const Document& document, std::string code, std::string reason, std::string reason_vi);

// The nearest revision above the document whose body the province holds; an empty object when there is none, or when it
// is a tombstone.
Result<json::Value> held_before(const Judgement& judgement);
// The bodies held that are no ancestors of the document: what a merge made at an office may have drawn on.
Result<std::vector<json::Value>> other_branches(const Judgement& judgement);

// By kind of document. Each is judged by its own content alone, so the order of arrival never matters.
Result<Verdict> judge_report(const Judgement& judgement);
Result<Verdict> judge_submission(const Judgement& judgement);
Result<Verdict> judge_arrival(const Judgement& judgement);
Result<Verdict> judge_recommendation(const Judgement& judgement);

// What reports and submissions have in common: type, form, version, period, unit. Fills form and period when all of it
// is right.
struct FormAndPeriod {
  const Form* form = nullptr;
  Period period;
};
Verdict check_form_and_period(const Judgement& judgement, std::string_view type, std::string_view form,
                              std::string_view period, FormAndPeriod& found);

}  // namespace tram
