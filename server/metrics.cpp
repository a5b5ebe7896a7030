#include "server/metrics.h"

#include <unistd.h>

#include <sstream>

#include "install_paths.h"
#include "storage/data_folder.h"

namespace tram {
namespace {

std::uint64_t resident_bytes() {
  const auto text = read_file("/proc/self/statm", 4096);
  std::uint64_t pages = 0, resident = 0;
  if (!text) return 0;
  std::istringstream(*text) >> pages >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void add(std::string& out, const char* name, const char* type, const char* help, std::uint64_t value) {
  out += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n" + name + " " +
         std::to_string(value) + "\n";
}

std::string seconds(std::int64_t ms) {
  const std::string thousandths = std::to_string(1000 + ms % 1000).substr(1);
  return std::to_string(ms / 1000) + "." + thousandths;
}

void add_times(std::string& out, const http::AnswerTimesTold& times) {
  const std::string name = "tram_http_answer_seconds";
  out += "# HELP " + name +
         " From a request read whole to its answer written; without long polls that waited.\n# TYPE " + name +
         " histogram\n";
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < times.counts.size(); ++i) {
    count += times.counts[i];
    const std::string most = i < http::kAnswerTimesMs.size() ? seconds(http::kAnswerTimesMs[i]) : "+Inf";
    out += name + "_bucket{le=\"" + most + "\"} " + std::to_string(count) + "\n";
  }
  out += name + "_sum " + seconds(static_cast<std::int64_t>(times.sum_ms)) + "\n" + name + "_count " +
         std::to_string(count) + "\n";
}

}  // namespace

void Metrics::count(int status) {
  const int hundreds = status / 100;
  if (hundreds >= 1 && hundreds <= 5) ++answers_[static_cast<std::size_t>(hundreds)];
}

std::string Metrics::print(Province& province, const http::ServerStats& http) const {
  std::string out = "# HELP tram_info Version of the program.\n# TYPE tram_info gauge\ntram_info{version=\"" +
                    std::string(kVersion) + "\"} 1\n";
  add(out, "tram_http_requests_total", "counter", "Requests since the start.", http.requests);
  out += "# HELP tram_http_answers_total Answers by class of status.\n# TYPE tram_http_answers_total counter\n";
  for (std::size_t i = 1; i < answers_.size(); ++i) {
    out +=
        "tram_http_answers_total{class=\"" + std::to_string(i) + "xx\"} " + std::to_string(answers_[i].load()) + "\n";
  }
  add(out, "tram_http_connections", "gauge", "Connections open now.", http.connections);
  add(out, "tram_http_waiting", "gauge", "Connections held by a long poll.", http.waiting);
  add(out, "tram_http_running", "gauge", "Requests being answered or queued.", http.running);
  add_times(out, http.answer_times);
  std::uint64_t refused = 0;
  const auto offices = province.registry().offices();
  for (const Office& office : offices) refused += province.registry().contact(office.slug).refused;
  add(out, "tram_offices", "gauge", "Offices of the province.", offices.size());
  add(out, "tram_refused_documents_total", "counter", "Documents refused by a rule.", refused);
  add(out, "tram_open_databases", "gauge", "Databases open now.", province.databases().open_now());
  add(out, "tram_disk_free_bytes", "gauge", "Free on the disk of the data.", free_bytes(province.folder()));
  add(out, "process_resident_memory_bytes", "gauge", "Memory of the process.", resident_bytes());
  return out;
}

}  // namespace tram
