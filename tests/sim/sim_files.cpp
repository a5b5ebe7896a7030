#include "tests/sim/sim_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace tram::sim {

std::shared_ptr<SimFile> SimFiles::opened(const std::string& name) {
  auto& file = now_[name];
  if (file == nullptr) file = std::make_shared<SimFile>();
  return file;
}

void SimFiles::folder_flushed(const std::string& name) {
  if (name.empty()) durable_folders_ = folders_;
  const auto is_in = [&](const auto& entry) { return folder_of(entry.first) == name; };
  std::erase_if(durable_, is_in);
  for (const auto& entry : now_) {
    if (is_in(entry)) durable_.insert(entry);
  }
}

void SimFiles::renamed(const std::string& from, const std::string& to) {
  if (auto moved = now_.extract(from)) now_[to] = std::move(moved.mapped());
}

void SimFiles::settle() {
  for (const auto& [name, file] : now_) SimDisk::settle(*file);
  durable_ = now_;
  durable_folders_ = folders_;
}

void SimFiles::begin_to_lie() {
  before_lying_.clear();
  for (const auto& [name, file] : durable_) {
    if (durable_folders_.contains(folder_of(name))) before_lying_[name] = file->durable;
  }
}

// Each name by itself; a folder that was not flushed into its own goes with all that is in it.
SimFiles::Names SimFiles::survivors() {
  for (const std::string& folder : folders_) {
    if (durable_folders_.contains(folder) || !disk_.is_harmed()) continue;
    ++disk_.counts_.lost_names;
    std::erase_if(now_, [&](const auto& entry) { return folder_of(entry.first) == folder; });
    std::erase_if(durable_, [&](const auto& entry) { return folder_of(entry.first) == folder; });
  }
  std::set<std::string> names;
  for (const auto& [name, file] : now_) names.insert(name);
  for (const auto& [name, file] : durable_) names.insert(name);
  Names left;
  for (const std::string& name : names) {
    const auto newer = now_.find(name), older = durable_.find(name);
    const bool is_settled = newer != now_.end() && older != durable_.end() && newer->second == older->second;
    const bool back = !is_settled && disk_.is_harmed();
    if (back) ++disk_.counts_.lost_names;
    const auto& chosen = back ? older : newer;
    if (chosen != (back ? durable_ : now_).end()) left.insert(*chosen);
  }
  return left;
}

void SimFiles::cut_power(bool lied) {
  left_.clear();
  if (lied) {
    left_ = std::move(before_lying_);
  } else {
    const Names left = survivors();
    std::set<SimFile*> files;
    for (const auto& [name, file] : left) files.insert(file.get());
    for (SimFile* file : files) disk_.survive(*file);
    for (const auto& [name, file] : left) left_[name] = file->durable;
  }
}

void SimFiles::revive() { put(left_); }

void SimFiles::put(const std::map<std::string, std::string>& files) {
  namespace fs = std::filesystem;
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  now_.clear();
  folders_.clear();
  for (const auto& [name, bytes] : files) {
    fs::create_directories(folder_ + folder_of(name));
    std::ofstream(folder_ + name, std::ios::binary) << bytes;
    const timespec times[] = {{kTimeOfFiles, 0}, {kTimeOfFiles, 0}};
    ::utimensat(AT_FDCWD, (folder_ + name).c_str(), times, 0);
    auto file = std::make_shared<SimFile>();
    file->durable = bytes;
    now_[name] = std::move(file);
    folders_.insert(folder_of(name));
  }
  durable_ = now_;
  durable_folders_ = folders_;
}

}  // namespace tram::sim
