// tests/tidy/rules.h: what this repository asks of its own files beyond the compiler, as functions from a file's text
// to findings. The tables of folders and fences are at the top of rules.cpp. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidy {

struct File {
  std::string path;  // from the root of the repository, with '/'
  std::string text;
};

struct Finding {
  std::string path;
  int line;  // from 1; 0 for the file as a whole
  std::string what;
};
using Findings = std::vector<Finding>;

bool is_cpp(const File& file);      // .h or .cpp
bool is_product(const File& file);  // C++ of the library and the programs, not of the tests

// The text with comments, strings and character literals made blank; line breaks stay where they are.
std::string code_only(std::string_view text);

// One file.
Findings check_arrows(const File& file);        // a folder includes only folders below it; paths from the root
Findings check_header_start(const File& file);  // a header says what it is in line 1 and has #pragma once
Findings check_seams(const File& file);         // time, sleep, randomness, environment only where the table says
Findings check_json(const File& file);          // nlohmann's own parser and printer only in core/base/json*.cpp
Findings check_throw(const File& file);         // our code throws nothing
Findings check_length(const File& file);        // at most kLinesMax lines
Findings check_words(const File& file);         // nothing left to do, no path of one machine

inline constexpr int kLinesMax = 450;

// All files together.
Findings check_fences(const std::vector<File>& files);  // a foreign header stays in its few files
Findings check_catch(const std::vector<File>& files);   // exceptions of libraries are caught in at most kCatchMax files

// A document of docs/ that is named anywhere exists; so does what a document links to.
Findings check_references(const std::vector<File>& files);

inline constexpr int kCatchMax = 5;

// "path:line: what", one a line; empty when there is nothing to find.
std::string print(const Findings& findings);

}  // namespace tidy
