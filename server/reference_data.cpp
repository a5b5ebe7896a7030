#include "server/reference_data.h"

#include "core/base/digest.h"
#include "core/base/log.h"

namespace tram {
namespace {

// Calls back with (id, rev, body) of every live document with this prefix, in order of id.
Status each(Snapshot& snapshot, std::string_view prefix,
            const std::function<Status(const Document& document, const json::Value& body)>& visit) {
  ASSIGN_OR_RETURN(const std::vector<Record> records, snapshot.with_prefix(prefix, SIZE_MAX));
  for (const Record& record : records) {
    if (record.tree.deleted()) continue;
    ASSIGN_OR_RETURN(const auto document, snapshot.document(record, record.tree.winner()));
    if (!document) continue;
    auto body = json::parse_object(document->body);
    Status visited = body ? visit(*document, *body) : Status(body.error());
    if (!visited) log::warning("reference_skipped", {{"id", record.id}, {"reason", visited.error().message}});
  }
  return {};
}

Status load_into(ReferenceData& data, Snapshot& snapshot) {
  Sha256 digest;
  const auto note = [&](const Document& document) { digest.update(document.id + "\n" + document.rev.text() + "\n"); };
  RETURN_IF_ERROR(each(snapshot, "form:", [&](const Document& document, const json::Value& body) -> Status {
    note(document);
    ASSIGN_OR_RETURN(Form form, load_form(body));
    const auto key = std::pair{form.code, form.version};
    data.forms.insert_or_assign(key, std::move(form));
    data.form_revisions[key] = document.rev.text();
    return {};
  }));
  RETURN_IF_ERROR(each(snapshot, "unit:", [&](const Document& document, const json::Value& body) -> Status {
    note(document);
    ASSIGN_OR_RETURN(Unit unit, unit_from_document(body));
    data.units.add(std::move(unit));
    return {};
  }));
  RETURN_IF_ERROR(each(snapshot, "campaign:", [&](const Document& document, const json::Value& body) -> Status {
    note(document);
    ASSIGN_OR_RETURN(Campaign campaign, campaign_from_document(body));
    std::string id = campaign.id();
    data.campaigns.insert_or_assign(std::move(id), std::move(campaign));
    return {};
  }));
  RETURN_IF_ERROR(each(snapshot, "office:", [&](const Document& document, const json::Value& body) -> Status {
    if (json::boolean_at(body, "two_steps").value_or(false)) data.two_steps.insert(document.id.substr(7));
    data.offices.insert_or_assign(document.id.substr(7), body);
    return {};
  }));
  RETURN_IF_ERROR(each(snapshot, "target:", [&](const Document& document, const json::Value& body) -> Status {
    data.targets.push_back(body);
    data.targets.back()["_id"] = document.id;
    return {};
  }));
  RETURN_IF_ERROR(each(snapshot, "holidays:vn", [&](const Document&, const json::Value& body) -> Status {
    ASSIGN_OR_RETURN(data.calendar, Calendar::load(body));
    return {};
  }));
  RETURN_IF_ERROR(each(snapshot, "periods:vn", [&](const Document&, const json::Value& body) -> Status {
    ASSIGN_OR_RETURN(data.due, DueRules::load(body));
    return {};
  }));
  data.digest = to_hex(digest.finish());
  return {};
}

}  // namespace

bool ReferenceData::knows_form(std::string_view code) const { return newest_form(code) != nullptr; }

const Form* ReferenceData::form(std::string_view code, int version) const {
  const auto found = forms.find({std::string(code), version});
  return found == forms.end() ? nullptr : &found->second;
}

const Form* ReferenceData::newest_form(std::string_view code) const {
  const auto behind = forms.upper_bound({std::string(code), INT32_MAX});
  if (behind == forms.begin()) return nullptr;
  const auto& [key, form] = *std::prev(behind);
  return key.first == code ? &form : nullptr;
}

const Form* ReferenceData::form_for(std::string_view code, std::string_view period) const {
  const Campaign* asked = campaign(code, period);
  const Form* named = asked == nullptr ? nullptr : form(code, asked->form_version);
  return named != nullptr ? named : newest_form(code);
}

std::vector<std::string> ReferenceData::form_codes() const {
  std::vector<std::string> codes;
  for (const auto& [key, form] : forms) {
    if (codes.empty() || codes.back() != key.first) codes.push_back(key.first);
  }
  return codes;
}

const Campaign* ReferenceData::campaign(std::string_view form, std::string_view period) const {
  const auto found = campaigns.find("campaign:" + std::string(form) + ":" + std::string(period));
  return found == campaigns.end() ? nullptr : &found->second;
}

Result<Window> ReferenceData::window(const Form& form, const Period& period) const {
  const Campaign* asked = campaign(form.code, period.id);
  return window_of(period, form.cutoff, asked != nullptr ? asked->window : std::optional<Window>{});
}

Result<std::shared_ptr<const ReferenceData>> load_reference(Store& store) {
  auto data = std::make_shared<ReferenceData>();
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) { return load_into(*data, snapshot); }));
  return std::shared_ptr<const ReferenceData>(std::move(data));
}

Result<std::shared_ptr<const ReferenceData>> ReferenceView::get() {
  const std::lock_guard lock(mutex_);
  // Asked before loading: a write in between makes the next call load once more, never too late.
  const std::uint64_t now = store_.sequence();
  if (!data_ || now != sequence_) {
    ASSIGN_OR_RETURN(data_, load_reference(store_));
    sequence_ = now;
  }
  return data_;
}

}  // namespace tram
