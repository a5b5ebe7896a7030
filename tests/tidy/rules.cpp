#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace tidy {
namespace {

// Folder: the folders it may include, beside itself. The picture is in docs/architecture.md.
const std::map<std::string, std::vector<std::string>, std::less<>> kArrows = {
    {"core/base", {}},
    {"core/records", {"core/base"}},
    {"core/reports", {"core/base", "core/records"}},
    {"exchange", {"core/base", "core/reports"}},
    {"storage", {"core/base", "core/records", "core/reports"}},
    {"http", {"core/base"}},
    {"sync", {"core/base", "core/records", "core/reports", "storage", "http"}},
    {"agent", {"core/base", "core/records", "core/reports", "exchange", "storage", "http", "sync"}},
    {"server", {"core/base", "core/records", "core/reports", "exchange", "storage", "http", "sync"}},
};

// Headers that the build makes, and who may include them.
const std::map<std::string, std::vector<std::string>, std::less<>> kMade = {
    {"install_paths.h", {"agent", "server"}},
    {"web_bundle.h", {"agent", "server"}},
};

// A foreign header, the folders that know it, in how many product files at most, and whether a header may include it.
struct Fence {
  std::string_view header;  // as written after #include <, or its beginning
  std::vector<std::string_view> folders;
  int files_max;
  bool in_headers = false;
};
const std::vector<Fence> kFences = {
    {"sqlite3.h", {"storage/"}, 2},
    {"curl/", {"http/"}, 1},
    {"boost/beast", {"http/"}, 2},  // the server, and boost_impl.cpp, which compiles Beast and Asio once
    {"boost/asio", {"http/", "agent/", "server/"}, 5, true},
    {"spdlog/", {"core/base/"}, 1},
    {"utf8proc.h", {"core/base/"}, 1},
    {"openssl/", {"core/base/", "http/"}, 4},  // digests, chance, signatures; the server's TLS
    {"sodium.h", {"core/base/", "server/"}, 2},
    {"valijson/", {"core/reports/"}, 1},
    {"zlib.h", {"http/"}, 1},
    {"zstd.h", {"http/"}, 1},
    {"toml++/", {"agent/", "server/"}, 2},
    {"CLI/", {"agent/", "server/"}, 4},
    {"systemd/", {"agent/", "server/"}, 2},
    {"xlsxwriter", {"exchange/"}, 1},
    {"pugixml", {"exchange/"}, 1},
    {"archive", {"storage/", "exchange/"}, 3},
    {"nlohmann/json.hpp", {"core/base/json"}, 1, true},
};

// Who may ask the operating system for time, rest, chance or environment: a path's beginning, and the words it may use.
const std::vector<std::string_view> kSeamWords = {"system_clock",  "steady_clock", "high_resolution_clock",
                                                  "clock_gettime", "gettimeofday", "time",
                                                  "random_device", "rand",         "srand",
                                                  "getenv",        "sleep_for",    "sleep_until",
                                                  "usleep",        "nanosleep",    "sleep"};
const std::map<std::string, std::vector<std::string_view>, std::less<>> kSeams = {
    {"core/base/system.cpp", kSeamWords},
    {"tests/support/", {"steady_clock", "sleep_for", "getenv", "clock_gettime"}},
    {"tests/chaos_proxy/", {"steady_clock", "sleep_for"}},
    {"tests/bench/", {"steady_clock", "sleep_for", "clock_gettime"}},
};

bool starts_with_any(std::string_view text, const auto& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [&](const auto& b) { return text.starts_with(b); });
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The longest folder of kArrows that a path lies in; empty when in none.
std::string folder_of(std::string_view path) {
  for (const auto& [folder, below] : kArrows) {
    if (path.starts_with(folder + "/")) return folder;
  }
  return {};
}

struct Include {
  int line;
  bool quoted;
  std::string name;
};

std::vector<Include> includes_of(const File& file) {
  std::vector<Include> includes;
  int number = 0;
  for (const std::string& line : lines_of(file.text)) {
    ++number;
    const auto hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || !line.substr(hash).starts_with("#include")) continue;
    const auto open = line.find_first_of("<\"", hash);
    if (open == std::string::npos) continue;
    const auto close = line.find_first_of(">\"", open + 1);
    includes.push_back({number, line[open] == '"', line.substr(open + 1, close - open - 1)});
  }
  return includes;
}

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether a whole word stands in a line; `call`: only where "(" follows.
bool has_word(std::string_view line, std::string_view word, bool call = false) {
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const std::string_view after = line.substr(at + word.size());
    if (at > 0 && is_name(line[at - 1])) continue;
    if (!after.empty() && is_name(after[0])) continue;
    if (call && (!after.starts_with('(') || (at > 0 && (line[at - 1] == '.' || line[at - 1] == '>')))) continue;
    return true;
  }
  return false;
}

using LineCheck = std::function<void(std::string_view line, const std::function<void(std::string)>& report)>;

Findings each_line(const File& file, std::string_view text, const LineCheck& check) {
  Findings findings;
  int number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    check(line, [&](std::string what) { findings.push_back({file.path, number, std::move(what)}); });
  }
  return findings;
}

}  // namespace

bool is_cpp(const File& file) { return file.path.ends_with(".h") || file.path.ends_with(".cpp"); }

bool is_product(const File& file) {
  static constexpr std::array kFolders = {"core/", "exchange/", "storage/", "http/", "sync/", "agent/", "server/"};
  return is_cpp(file) && starts_with_any(file.path, kFolders);
}

std::string code_only(std::string_view text) {
  std::string out(text);
  const auto blank = [&](std::size_t from, std::size_t to) {
    for (; from < to && from < out.size(); ++from) {
      if (out[from] != '\n') out[from] = ' ';
    }
    return to;
  };
  const auto after = [&](std::string_view end, std::size_t from) {
    const auto at = text.find(end, from);
    return at == std::string_view::npos ? text.size() : at + end.size();
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("//")) {
      at = blank(at, std::min(text.find('\n', at), text.size()));
    } else if (rest.starts_with("/*")) {
      at = blank(at, after("*/", at + 2));
    } else if (rest.starts_with("R\"") && (at == 0 || !is_name(text[at - 1]))) {
      const auto open = text.find('(', at);
      if (open == std::string_view::npos) return out;
      at = blank(at, after(")" + std::string(text.substr(at + 2, open - at - 2)) + "\"", open));
    } else if (rest[0] == '"' || (rest[0] == '\'' && (at == 0 || !is_name(text[at - 1])))) {
      std::size_t end = at + 1;
      while (end < text.size() && text[end] != rest[0] && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
      at = blank(at, end + 1);
    } else {
      ++at;
    }
  }
  return out;
}

Findings check_arrows(const File& file) {
  Findings findings;
  if (!is_cpp(file)) return findings;
  const std::string from = folder_of(file.path);
  for (const Include& include : includes_of(file)) {
    const auto report = [&](const std::string& what) {
      findings.push_back({file.path, include.line, what + " \"" + include.name + "\""});
    };
    const std::string to = folder_of(include.name);
    if (!include.quoted) {
      if (!to.empty()) report("our own headers are included with quotes:");
    } else if (file.path.starts_with("tests/")) {
      if (include.name.find('/') == std::string::npos && !kMade.contains(include.name))
        report("write the path from the root:");
    } else if (const auto made = kMade.find(include.name); made != kMade.end()) {
      if (!starts_with_any(file.path, made->second)) report("only the programs include");
    } else if (to.empty()) {
      report(include.name.starts_with("tests/") ? "only tests include" : "write the path from the root:");
    } else if (!from.empty() && from != to) {
      const auto& below = kArrows.at(from);
      if (std::find(below.begin(), below.end(), to) == below.end()) report(from + " may not include");
    }
  }
  return findings;
}

Findings check_header_start(const File& file) {
  Findings findings;
  if (!file.path.ends_with(".h")) return findings;
  const std::string start = "// " + file.path;
  if (!file.text.starts_with(start + ": ") && !file.text.starts_with(start + " ("))
    findings.push_back({file.path, 1, "the first line should begin with " + start});
  const auto lines = lines_of(file.text);
  if (std::find(lines.begin(), lines.end(), "#pragma once") == lines.end()) {
    findings.push_back({file.path, 0, "#pragma once is missing"});
  }
  return findings;
}

Findings check_seams(const File& file) {
  if (!is_cpp(file)) return {};
  std::vector<std::string_view> allowed;
  for (const auto& [path, words] : kSeams) {
    if (file.path.starts_with(path)) allowed = words;
  }
  static constexpr std::array<std::string_view, 5> kCalls = {"time", "rand", "srand", "sleep", "getenv"};
  return each_line(file, code_only(file.text), [&](std::string_view line, const auto& report) {
    for (const std::string_view word : kSeamWords) {
      if (std::find(allowed.begin(), allowed.end(), word) != allowed.end()) continue;
      const bool call = std::find(kCalls.begin(), kCalls.end(), word) != kCalls.end();
      const std::string name(word);
      const bool type =
          !word.ends_with("_clock") || line.find("::" + name) != line.npos || line.find(name + "::") != line.npos;
      if (type && has_word(line, word, call)) report(std::string(word) + " belongs behind Clock or Random (core/base)");
    }
  });
}

Findings check_json(const File& file) {
  if (!is_cpp(file) || (file.path.starts_with("core/base/json") && file.path.ends_with(".cpp"))) return {};
  static constexpr std::array<std::string_view, 6> kForbidden = {
      ".dump(", "->dump(", "nlohmann::json::parse(", "Value::parse(", "nlohmann::json::accept(", "Value::accept("};
  return each_line(file, code_only(file.text), [&](std::string_view line, const auto& report) {
    for (const std::string_view call : kForbidden) {
      if (line.find(call) != std::string_view::npos) report("JSON is read and printed by core/base/json.h alone");
    }
  });
}

Findings check_throw(const File& file) {
  if (!is_product(file)) return {};
  return each_line(file, code_only(file.text), [](std::string_view line, const auto& report) {
    if (has_word(line, "throw")) report("return an Error instead of throwing");
  });
}

Findings check_length(const File& file) {
  if (!is_cpp(file)) return {};
  const auto lines = static_cast<int>(lines_of(file.text).size());
  if (lines <= kLinesMax) return {};
  return {{file.path, 0,
           std::to_string(lines) + " lines; a file is about one thing, at most " + std::to_string(kLinesMax)}};
}

Findings check_words(const File& file) {
  // Written in pieces, so that this file passes its own check.
  static const std::array<std::string, 3> kUnfinished = {
      "TO"
      "DO",
      "FIX"
      "ME",
      "X"
      "XX"};
  static const std::array<std::string, 3> kMachine = {
      "../"
      "shared",
      "/wo"
      "rk/",
      "/tmp/"
      "h/"};
  return each_line(file, file.text, [](std::string_view line, const auto& report) {
    for (const std::string& word : kUnfinished) {
      if (has_word(line, word)) report(word + ": finish it, or write down in docs/ what is missing");
    }
    for (const std::string& path : kMachine) {
      const auto at = line.find(path);
      if (at != std::string_view::npos && (at == 0 || !is_name(line[at - 1]))) report("a path of one machine: " + path);
    }
  });
}

Findings check_fences(const std::vector<File>& files) {
  Findings findings;
  for (const Fence& fence : kFences) {
    int count = 0;
    for (const File& file : files) {
      if (!is_product(file)) continue;
      const auto includes = includes_of(file);
      const auto hit = std::find_if(includes.begin(), includes.end(), [&](const Include& include) {
        return !include.quoted && include.name.starts_with(fence.header);
      });
      if (hit == includes.end()) continue;
      const std::string name = "<" + hit->name + ">";
      if (!starts_with_any(file.path, fence.folders))
        findings.push_back({file.path, hit->line, name + " does not belong here"});
      if (file.path.ends_with(".h") && !fence.in_headers)
        findings.push_back({file.path, hit->line, name + " in a header"});
      if (++count > fence.files_max) findings.push_back({file.path, hit->line, name + " is in too many files"});
    }
  }
  return findings;
}

Findings check_catch(const std::vector<File>& files) {
  Findings with_catch;
  for (const File& file : files) {
    if (!is_product(file)) continue;
    const auto hits = each_line(file, code_only(file.text), [](std::string_view line, const auto& report) {
      if (has_word(line, "catch")) report("catches; exceptions of libraries end in few files");
    });
    if (!hits.empty()) with_catch.push_back(hits.front());
  }
  return static_cast<int>(with_catch.size()) > kCatchMax ? with_catch : Findings{};
}

Findings check_references(const std::vector<File>& files) {
  static const std::regex kNamed(R"(docs/[\w./-]+\.(md|yaml))");
  static const std::regex kLink(R"(\]\(([\w./-]+\.(md|yaml|h|cpp))[#)])");
  std::set<std::string> paths;
  for (const File& file : files) paths.insert(file.path);
  Findings findings;
  for (const File& file : files) {
    const std::filesystem::path folder = std::filesystem::path(file.path).parent_path();
    const auto add = each_line(file, file.text, [&](std::string_view text, const auto& report) {
      const std::string line(text);
      for (std::sregex_iterator at(line.begin(), line.end(), kNamed), end; at != end; ++at) {
        if (!paths.contains(at->str())) report(at->str() + " does not exist");
      }
      if (!file.path.ends_with(".md")) return;
      for (std::sregex_iterator at(line.begin(), line.end(), kLink), end; at != end; ++at) {
        const std::string to = (folder / at->str(1)).lexically_normal().generic_string();
        if (!paths.contains(to)) report("link to " + to + ", which does not exist");
      }
    });
    findings.insert(findings.end(), add.begin(), add.end());
  }
  return findings;
}

std::string print(const Findings& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    out += finding.path + ":" + std::to_string(finding.line) + ": " + finding.what + "\n";
  }
  return out;
}

}  // namespace tidy
