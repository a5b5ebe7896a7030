#include "tests/server/test_province.h"

#include <algorithm>

#include "core/reports/report.h"
#include "server/reviews.h"

namespace tram::test {

std::vector<ReferenceDocument> reference_of(const std::string& province) {
  static const std::vector<ReferenceDocument> whole = must(read_reference(TRAM_SOURCE_FOLDER "/reference"));
  std::vector<ReferenceDocument> all = whole;
  std::map<std::string, std::string> above;  // district -> province
  for (const ReferenceDocument& document : whole) {
    if (document.id.starts_with("unit:"))
      above[*json::string_at(document.body, "code")] = json::string_at(document.body, "parent").value_or("");
  }
  std::erase_if(all, [&](const ReferenceDocument& document) {
    if (document.id.starts_with("units_map:")) return true;
    if (!document.id.starts_with("unit:")) return false;
    const auto parent = json::string_at(document.body, "parent").value_or("");
    // Communes belong to a few tests only.
    const bool near = parent == province || (province != "04" && above[parent] == province);
    return !near && !document.id.starts_with("unit:" + province + ":");
  });
  return all;
}

const std::vector<ReferenceDocument>& small_reference() {
  static const std::vector<ReferenceDocument> documents = reference_of("04");
  return documents;
}

const std::string& admin_hash() {
  static const std::string hash = must(hash_password(kAdminPassword));
  return hash;
}

TestProvince::TestProvince(const std::string& of) : data_(temp_.file("province")) {
  std::filesystem::create_directory(data_);
  must(Province::create(data_, "Cao Bằng", admin_hash(), of == "04" ? small_reference() : reference_of(of),
                        {&clock, &random}));
  reopen();
}

void TestProvince::reopen() {
  province_.reset();
  province_ = must(Province::open(data_, {&clock, &random}));
}

Document revision(const std::string& id, const json::Value& body, const Document* parent, bool deleted) {
  Document document;
  document.id = id;
  document.body = json::print(body);
  document.deleted = deleted;
  const RevisionId above = parent == nullptr ? RevisionId{} : parent->rev;
  document.rev = {above.generation + 1, make_sig(above, deleted, {}, document.body)};
  document.path = {document.rev.sig};
  if (parent != nullptr) document.path.insert(document.path.end(), parent->path.begin(), parent->path.end());
  return document;
}

TestOffice::TestOffice(TestProvince& province, std::string name)
    : slug(std::move(name)),
      token(must(province->add_office(slug, "Huyện thử", slug.substr(slug.rfind('-') + 1)))),
      province_(province) {}

std::shared_ptr<Database> TestOffice::database() { return must(province_->databases().open("office-" + slug)); }

std::optional<Refused> TestOffice::refusal(const Document& document, bool by_office) {
  Batch batch;
  batch.documents = {&document, 1};
  batch.by_office = by_office;
  const auto held = database();
  const Written written = must(held->peer.take(batch));
  must(held->peer.settle());
  return written.refused.empty() ? std::nullopt : std::optional(written.refused.front());
}

std::string TestOffice::send(const Document& document, bool by_office) {
  const auto refused = refusal(document, by_office);
  return refused ? refused->code : "";
}

std::optional<json::Value> TestOffice::stored(const std::string& id) {
  std::optional<Document> found;
  must(database()->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(found, snapshot.winner(id));
    return {};
  }));
  return found ? std::optional(must(json::parse_object(found->body))) : std::nullopt;
}

std::string TestOffice::current(const std::string& id) {
  std::optional<Document> found;
  must(database()->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(found, snapshot.winner(id));
    return {};
  }));
  return found ? found->rev.text() : "";
}

json::Value TestOffice::report(const std::string& period, int facilities, int licensed, const std::string& code) {
  const auto reference = must(province_->reference().get());
  const Form& form = *reference->newest_form(code);
  const Unit* unit = reference->units.newest(slug.substr(slug.rfind('-') + 1));
  json::Value body =
      must(new_report(form, must(parse_period(period)), slug, unit == nullptr ? json::Value(nullptr) : unit->stamp()));
  if (code != "bm09") return body;
  body["values"] = {{"rad_facilities_count", facilities},
                    {"rad_licensed_count", licensed},
                    {"rad_xray_count", 0},
                    {"rad_sources_count", 0},
                    {"rad_staff_trained_count", 0},
                    {"rad_inspections_count", 0},
                    {"rad_incidents_count", 0}};
  return body;
}

Document TestOffice::submission(json::Value& body) {
  const auto reference = must(province_->reference().get());
  const Form& form = *reference->newest_form(*json::string_at(body, "form"));
  const Period period = must(parse_period(*json::string_at(body, "period")));
  const Submission frozen = make_submission(form, body, period, must(reference->window(form, period)));
  mark_submitted(body, frozen, "lan.ht", "2024-06-17T09:12:00+07:00");
  return revision(frozen.id, frozen.body);
}

Document TestOffice::submits(const std::string& period, int facilities, int licensed) {
  json::Value body = report(period, facilities, licensed);
  const Document frozen = submission(body);
  const Document open = revision("report:bm09:" + period, body);
  const auto refused = refusal(frozen);
  INFO((refused ? refused->code + ": " + refused->reason : ""));
  REQUIRE_FALSE(refused);
  REQUIRE(send(open) == "");
  return open;
}

void TestOffice::reviewed(const std::string& id, const std::string& verdict) {
  Review review;
  review.verdict = verdict;
  review.by = "minh.nv";
  if (verdict == "returned" || verdict == "reopened") review.reasons = {{"rad_facilities_count", "Đề nghị xem lại"}};
  if (verdict == "reopened") review.last_day = "2024-07-01";
  must(write_review(*province_, slug, id, review));
}

}  // namespace tram::test
