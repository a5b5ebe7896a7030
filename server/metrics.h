// server/metrics.h: numbers about the running server in Prometheus' text format. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "http/server.h"
#include "server/province.h"

namespace tram {

class Metrics {
 public:
  void count(int status);  // an answer that was given
  std::string print(Province& province, const http::ServerStats& http) const;

 private:
  std::array<std::atomic<std::uint64_t>, 6> answers_{};  // by hundreds of their status
};

}  // namespace tram
