#include "core/reports/period.h"

#include <array>
#include <tuple>

#include "core/base/text.h"

namespace tram {
namespace {

struct KindName {
  PeriodKind kind;
  std::string_view name;
};
constexpr std::array<KindName, 7> kKinds = {{{PeriodKind::adhoc, "adhoc"},
                                             {PeriodKind::monthly, "monthly"},
                                             {PeriodKind::quarterly, "quarterly"},
                                             {PeriodKind::sixmonthly, "sixmonthly"},
                                             {PeriodKind::ninemonthly, "ninemonthly"},
                                             {PeriodKind::yearly, "yearly"},
                                             {PeriodKind::stage, "stage"}}};

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// The number that text[at, at+length) spells; -1 when it is not all digits.
int number_at(std::string_view text, std::size_t at, std::size_t length) {
  int value = 0;
  for (const char c : text.substr(at, length)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool is_year(int year) { return year >= 1900 && year <= 2998; }

// Fills kind, year, part and day from the id without its scenario.
bool read_name(std::string_view name, Period& period) {
  period.year = number_at(name, 0, 4);
  if (name.size() < 4 || !is_year(period.year)) return false;
  const std::string_view rest = name.substr(4);
  const int tail = rest.size() == 2 ? number_at(rest, 1, 1) : -1;
  if (rest.empty()) {
    period.kind = PeriodKind::yearly;
  } else if (rest == "C9") {
    period.kind = PeriodKind::ninemonthly;
  } else if (rest.size() == 2 && rest[0] == 'Q' && tail >= 1 && tail <= 4) {
    period.kind = PeriodKind::quarterly;
    period.part = tail;
  } else if (rest.size() == 2 && rest[0] == 'S' && tail >= 1 && tail <= 2) {
    period.kind = PeriodKind::sixmonthly;
    period.part = tail;
  } else if (rest.size() == 2) {
    period.kind = PeriodKind::monthly;
    period.part = number_at(rest, 0, 2);
    return period.part >= 1 && period.part <= 12;
  } else if (rest.size() == 5 && rest[0] == '_') {
    period.kind = PeriodKind::stage;
    period.part = number_at(rest, 1, 4);
    return is_year(period.part) && period.part > period.year;
  } else if (rest.size() == 4) {
    period.kind = PeriodKind::adhoc;
    std::string iso(name);
    iso.insert(6, 1, '-').insert(4, 1, '-');
    const auto day = parse_date(iso);
    if (!day) return false;
    period.day = *day;
  } else {
    return false;
  }
  return true;
}

Period make(PeriodKind kind, int year, int part, Scenario scenario) {
  Period period;
  period.kind = kind;
  period.year = year;
  period.part = part;
  period.scenario = scenario;
  period.id = std::to_string(year);
  switch (kind) {
    case PeriodKind::monthly: period.id += two_digits(part); break;
    case PeriodKind::quarterly: period.id += "Q" + std::to_string(part); break;
    case PeriodKind::sixmonthly: period.id += "S" + std::to_string(part); break;
    case PeriodKind::ninemonthly: period.id += "C9"; break;
    case PeriodKind::stage: period.id += "_" + std::to_string(part); break;
    default: break;
  }
  period.id += suffix_of(scenario);
  return period;
}

int months_of(PeriodKind kind) {
  switch (kind) {
    case PeriodKind::monthly: return 1;
    case PeriodKind::quarterly: return 3;
    case PeriodKind::sixmonthly: return 6;
    case PeriodKind::ninemonthly: return 9;
    case PeriodKind::yearly: return 12;
    default: return 0;
  }
}

}  // namespace

int Period::first_month() const {
  switch (kind) {
    case PeriodKind::adhoc: return day.month;
    case PeriodKind::monthly: return part;
    case PeriodKind::quarterly: return part * 3 - 2;
    case PeriodKind::sixmonthly: return part * 6 - 5;
    default: return 1;
  }
}

int Period::last_month() const {
  switch (kind) {
    case PeriodKind::adhoc: return day.month;
    case PeriodKind::stage: return 12;
    default: return first_month() + months_of(kind) - 1;
  }
}

Result<Period> parse_period(std::string_view id) {
  Period period;
  period.id = std::string(id);
  std::string_view name = id;
  for (const Scenario scenario : {Scenario::estimate, Scenario::plan}) {
    if (!name.ends_with(suffix_of(scenario))) continue;
    name.remove_suffix(suffix_of(scenario).size());
    period.scenario = scenario;
    break;
  }
  if (read_name(name, period)) return period;
  Error refused =
      error(ErrorCode::bad_request, quoted_text(id) + " is not a period; write 202406, 2024Q2, 2024S1, 2024C9 or 2024");
  refused.message_vi = "Kỳ báo cáo không đúng; viết 202406, 2024Q2, 2024S1, 2024C9 hoặc 2024.";
  return refused;
}

Result<Window> window_of(const Period& period, Cutoff cutoff, const std::optional<Window>& given) {
  if (given && given->end < given->start) {
    return error(ErrorCode::bad_request, "the campaign's window of " + period.id + " ends before it starts");
  }
  if (period.kind == PeriodKind::adhoc) return given.value_or(Window{period.day, period.day});
  if (cutoff == Cutoff::custom) {
    if (given) return *given;
    return error(ErrorCode::bad_request, "period " + period.id + " needs a campaign that names its first and last day");
  }
  const int last_month = period.last_month();
  if (cutoff == Cutoff::nd09) {
    const Date first{period.year, period.first_month(), 15};
    return Window{add_months(first, -1), Date{period.last_year(), last_month, 14}};
  }
  return Window{Date{period.year, period.first_month(), 1},
                Date{period.last_year(), last_month, last_day_of_month(period.last_year(), last_month)}};
}

std::optional<Period> previous_period(const Period& period) {
  switch (period.kind) {
    case PeriodKind::adhoc: return std::nullopt;
    case PeriodKind::yearly:
    case PeriodKind::ninemonthly: return make(period.kind, period.year - 1, period.part, period.scenario);
    case PeriodKind::stage: {
      const int years = period.part - period.year + 1;
      return make(period.kind, period.year - years, period.part - years, period.scenario);
    }
    default: break;
  }
  if (period.part > 1) return make(period.kind, period.year, period.part - 1, period.scenario);
  return make(period.kind, period.year - 1, 12 / months_of(period.kind), period.scenario);
}

std::vector<Period> parts_of(const Period& period, PeriodKind kind) {
  std::vector<Period> parts;
  if (period.kind == PeriodKind::stage) {
    if (kind != PeriodKind::yearly) return parts;
    for (int year = period.year; year <= period.part; ++year) parts.push_back(make(kind, year, 0, period.scenario));
    return parts;
  }
  const int whole = months_of(period.kind), each = months_of(kind);
  const bool divides = each != 0 && each < whole && whole % each == 0 && kind != PeriodKind::ninemonthly;
  if (!divides) return parts;
  for (int month = period.first_month(); month <= period.last_month(); month += each) {
    parts.push_back(make(kind, period.year, (month - 1) / each + 1, period.scenario));
  }
  return parts;
}

bool earlier(const Period& a, const Period& b) {
  const auto key = [](const Period& p) {
    const int day = p.kind == PeriodKind::adhoc ? p.day.day : 0;
    return std::make_tuple(p.last_year(), p.last_month(), day, -p.year * 12 - p.first_month());
  };
  return std::make_pair(key(a), a.id) < std::make_pair(key(b), b.id);
}

std::string_view name_of(PeriodKind kind) {
  for (const KindName& known : kKinds) {
    if (known.kind == kind) return known.name;
  }
  return "";
}

std::optional<PeriodKind> period_kind(std::string_view name) {
  for (const KindName& known : kKinds) {
    if (known.name == name) return known.kind;
  }
  return std::nullopt;
}

std::string_view name_of(Scenario scenario) {
  return scenario == Scenario::actual ? "ACTUAL" : scenario == Scenario::estimate ? "ESTIMATE" : "PLAN";
}

std::string_view suffix_of(Scenario scenario) {
  return scenario == Scenario::actual ? "" : scenario == Scenario::estimate ? "~estimate" : "~plan";
}

std::optional<Scenario> scenario_named(std::string_view name) {
  for (const Scenario scenario : {Scenario::actual, Scenario::estimate, Scenario::plan}) {
    if (name_of(scenario) == name) return scenario;
  }
  return std::nullopt;
}

std::optional<Cutoff> cutoff_named(std::string_view name) {
  if (name == "ND09") return Cutoff::nd09;
  if (name == "CALENDAR") return Cutoff::calendar;
  if (name == "PLAN") return Cutoff::plan;
  if (name == "CUSTOM") return Cutoff::custom;
  return std::nullopt;
}

std::string label_vi(const Period& period) {
  static constexpr std::array<std::string_view, 5> kRoman = {"", "I", "II", "III", "IV"};
  const std::string year = "năm " + std::to_string(period.year);
  std::string label;
  switch (period.kind) {
    case PeriodKind::adhoc:
      label =
          "Ngày " + two_digits(period.day.day) + "/" + two_digits(period.day.month) + "/" + std::to_string(period.year);
      break;
    case PeriodKind::monthly: label = "Tháng " + std::to_string(period.part) + " " + year; break;
    case PeriodKind::quarterly:
      label = "Quý " + std::string(kRoman[static_cast<std::size_t>(period.part)]) + " " + year;
      break;
    case PeriodKind::sixmonthly: label = (period.part == 1 ? "6 tháng đầu " : "6 tháng cuối ") + year; break;
    case PeriodKind::ninemonthly: label = "9 tháng " + year; break;
    case PeriodKind::yearly: label = "Năm " + std::to_string(period.year); break;
    case PeriodKind::stage:
      label = "Giai đoạn " + std::to_string(period.year) + "–" + std::to_string(period.part);
      break;
  }
  if (period.scenario == Scenario::estimate) label += " (ước thực hiện)";
  if (period.scenario == Scenario::plan) label += " (kế hoạch)";
  return label;
}

std::string label_en(const Period& period) {
  static constexpr std::array<std::string_view, 13> kMonths = {"",        "January",  "February", "March",  "April",
                                                               "May",     "June",     "July",     "August", "September",
                                                               "October", "November", "December"};
  const std::string year = std::to_string(period.year);
  std::string label;
  switch (period.kind) {
    case PeriodKind::adhoc: label = period.day.text(); break;
    case PeriodKind::monthly: label = std::string(kMonths[static_cast<std::size_t>(period.part)]) + " " + year; break;
    case PeriodKind::quarterly: label = "Quarter " + std::to_string(period.part) + ", " + year; break;
    case PeriodKind::sixmonthly: label = (period.part == 1 ? "First half of " : "Second half of ") + year; break;
    case PeriodKind::ninemonthly: label = "Nine months of " + year; break;
    case PeriodKind::yearly: label = year; break;
    case PeriodKind::stage: label = year + "–" + std::to_string(period.part); break;
  }
  if (period.scenario == Scenario::estimate) label += " (estimate)";
  if (period.scenario == Scenario::plan) label += " (plan)";
  return label;
}

}  // namespace tram
