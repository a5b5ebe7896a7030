#include "core/reports/campaign.h"

#include <algorithm>

namespace tram {
namespace {

Error bad_campaign(std::string_view what) {
  return error(ErrorCode::bad_request, "the campaign: " + std::string(what));
}

Status read_due(const json::Value& body, Campaign& campaign) {
  const auto due = body.find("due");
  if (due == body.end() || due->is_null()) return {};
  const json::Value by_tier = due->is_string() ? json::Value{{std::string(kOfficeTier), *due}} : *due;
  if (!by_tier.is_object()) return bad_campaign("due is a day, or days by tier");
  for (const auto& [tier, day] : by_tier.items()) {
    if (!day.is_string() || !is_date(day.get<std::string>())) return bad_campaign("due of " + tier + " is not a day");
    campaign.due[tier] = day.get<std::string>();
  }
  return {};
}

Status read_exceptions(const json::Value& body, const char* name, std::vector<Campaign::Exception>& into) {
  const auto* list = json::array_at(body, name);
  if (list == nullptr) return {};
  for (const auto& entry : *list) {
    Campaign::Exception exception;
    if (entry.is_string()) {
      exception.office = entry.get<std::string>();
    } else if (entry.is_object()) {
      exception = {json::string_at(entry, "office").value_or(""), json::string_at(entry, "reason").value_or(""),
                   json::string_at(entry, "last_day").value_or("")};
    }
    if (exception.office.empty()) return bad_campaign("an exception names its office");
    if (!exception.last_day.empty() && !is_date(exception.last_day))
      return bad_campaign("the last day of " + exception.office + " is not a day");
    into.push_back(std::move(exception));
  }
  return {};
}

}  // namespace

std::string Campaign::id() const { return "campaign:" + form + ":" + period; }

bool Campaign::closed_for(std::string_view office) const {
  return closed && std::none_of(except.begin(), except.end(), [&](const Exception& e) { return e.office == office; });
}

bool Campaign::expects(std::string_view office) const {
  return expected.empty() || std::find(expected.begin(), expected.end(), office) != expected.end();
}

const Campaign::Exception* Campaign::exemption(std::string_view office) const {
  const auto found = std::find_if(exempt.begin(), exempt.end(), [&](const Exception& e) { return e.office == office; });
  return found == exempt.end() ? nullptr : &*found;
}

const Campaign::Exception* Campaign::extension(std::string_view office) const {
  const auto found = std::find_if(except.begin(), except.end(),
                                  [&](const Exception& e) { return e.office == office && !e.last_day.empty(); });
  return found == except.end() ? nullptr : &*found;
}

Result<Campaign> campaign_from_document(const json::Value& body) {
  if (!body.is_object()) return bad_campaign("it is not an object");
  Campaign campaign;
  campaign.form = json::string_at(body, "form").value_or("");
  campaign.period = json::string_at(body, "period").value_or("");
  if (campaign.form.empty()) return bad_campaign("it names no form");
  RETURN_IF_ERROR(parse_period(campaign.period));
  campaign.form_version = static_cast<int>(json::integer_at(body, "form_version").value_or(0));
  campaign.open = json::string_at(body, "open").value_or("");
  campaign.closed = json::boolean_at(body, "closed").value_or(false);
  RETURN_IF_ERROR(read_due(body, campaign));
  RETURN_IF_ERROR(read_exceptions(body, "except", campaign.except));
  RETURN_IF_ERROR(read_exceptions(body, "exempt", campaign.exempt));
  if (const auto* expected = json::array_at(body, "expected")) {
    for (const auto& slug : *expected) {
      if (!slug.is_string()) return bad_campaign("expected is a list of offices");
      campaign.expected.push_back(slug.get<std::string>());
    }
  }
  if (const auto* window = json::object_at(body, "window")) {
    const auto start = parse_date(json::string_at(*window, "start").value_or(""));
    const auto end = parse_date(json::string_at(*window, "end").value_or(""));
    if (!start || !end || *end < *start) return bad_campaign("the window needs a first and a last day");
    campaign.window = Window{*start, *end};
  }
  if (const auto minimum = json::integer_at(body, "minimum_pct")) campaign.minimum_pct = static_cast<int>(*minimum);
  return campaign;
}

json::Value campaign_document(const Campaign& campaign) {
  json::Value body = {
      {"type", "campaign"}, {"form", campaign.form}, {"period", campaign.period}, {"closed", campaign.closed}};
  if (campaign.form_version != 0) body["form_version"] = campaign.form_version;
  if (!campaign.open.empty()) body["open"] = campaign.open;
  if (!campaign.expected.empty()) body["expected"] = campaign.expected;
  if (!campaign.due.empty()) body["due"] = campaign.due;
  if (campaign.window)
    body["window"] = {{"start", campaign.window->start.text()}, {"end", campaign.window->end.text()}};
  if (campaign.minimum_pct) body["minimum_pct"] = *campaign.minimum_pct;
  const auto put = [&](const char* name, const std::vector<Campaign::Exception>& list) {
    for (const auto& exception : list) {
      body[name].push_back(
          {{"office", exception.office}, {"reason", exception.reason}, {"last_day", exception.last_day}});
    }
  };
  put("except", campaign.except);
  put("exempt", campaign.exempt);
  return body;
}

Status check_open(const Campaign* campaign, std::string_view period, std::string_view office) {
  if (campaign == nullptr || !campaign->closed_for(office)) return {};
  const std::string name(period);
  Error closed = error(ErrorCode::forbidden, "Period " + name + " is closed.", "period_closed");
  closed.message_vi = "Kỳ báo cáo " + name + " đã khóa.";
  return closed;
}

std::optional<DueRules::Due> due_of(const Campaign* campaign, const DueRules& rules, const Calendar& calendar,
                                    const Period& period, const Window& window, std::string_view tier) {
  auto due = rules.due(tier, period, window, calendar);
  if (campaign == nullptr) return due;
  const auto named = campaign->due.find(tier);
  if (named == campaign->due.end()) return due;
  const auto day = parse_date(named->second);
  if (!day) return due;
  return DueRules::Due{*day, due ? due->time : ""};
}

}  // namespace tram
