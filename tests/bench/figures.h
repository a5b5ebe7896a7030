// tests/bench/figures.h: what one run of the benchmarks measured: names of docs/benchmarks.md and numbers.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace tram::bench {

using Figures = std::map<std::string, double>;

// Several rounds of one figure; the median is what counts.
class Rounds {
 public:
  void add(double value) { values_.push_back(value); }
  double median() {
    std::sort(values_.begin(), values_.end());
    return values_.empty() ? 0 : values_[values_.size() / 2];
  }
  double greatest() const { return values_.empty() ? 0 : *std::max_element(values_.begin(), values_.end()); }

 private:
  std::vector<double> values_;
};

// By their names.
class NamedRounds {
 public:
  Rounds& operator[](const std::string& name) { return rounds_[name]; }
  Figures medians() {
    Figures figures;
    for (auto& [name, rounds] : rounds_) figures[name] = rounds.median();
    return figures;
  }

 private:
  std::map<std::string, Rounds> rounds_;
};

inline constexpr int kRounds = 3;
inline constexpr int kTransfers = 3;  // of each kind in a round, ours and PouchDB's
inline constexpr int kDocuments = 20'000;
inline constexpr int kBatch = 500;
inline constexpr int kWarmUp = 2 * kBatch;
inline constexpr int kSingles = 200;

}  // namespace tram::bench
