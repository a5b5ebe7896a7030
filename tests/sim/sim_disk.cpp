#include "tests/sim/sim_disk.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/base/result.h"
#include "tests/sim/sim_files.h"

namespace tram::sim {

void SimDisk::apply(std::string& bytes, const SimFile::Write& write) {
  if (write.kind == SimFile::Write::Kind::truncate) {
    bytes.resize(write.offset);
    return;
  }
  if (bytes.size() < write.offset + write.bytes.size()) bytes.resize(write.offset + write.bytes.size());
  bytes.replace(write.offset, write.bytes.size(), write.bytes);
}

// A sync that is not a lie.
void SimDisk::settle(SimFile& file) {
  for (const SimFile::Write& write : file.unsynced) apply(file.durable, write);
  file.unsynced.clear();
  file.is_durable = true;
}

bool SimDisk::goes_wrong(Op op) {
  if (dead_) return true;
  if (paused_ > 0) return false;
  switch (op) {
    case Op::write: ++counts_.writes; break;
    case Op::sync: ++counts_.syncs; break;
    case Op::read: ++counts_.reads; break;
    case Op::truncate: break;
  }
  if (op != Op::read && cut_in_ > 0 && --cut_in_ == 0) {
    cut_power();
    return true;
  }
  Failure& failure = failures_[static_cast<std::size_t>(op)];
  if (failure.in == 0) return false;
  if (failure.in > 1) {
    --failure.in;
    return false;
  }
  if (!failure.for_good) failure.in = 0;
  failed_ = true;
  ++counts_.failures;
  return true;
}

// What is left of a file: each unsynced write by itself, so that later ones may survive earlier ones.
void SimDisk::survive(SimFile& file) {
  constexpr std::array<std::uint64_t, 2> kSectors = {512, 4096};
  for (SimFile::Write& write : file.unsynced) {
    if (!is_harmed()) {
      apply(file.durable, write);
      file.is_durable = true;
      continue;
    }
    if (write.kind == SimFile::Write::Kind::truncate || draw(2) == 0) {
      ++counts_.lost_writes;
      continue;
    }
    // Torn: whole sectors of it got there, the rest did not.
    ++counts_.torn_writes;
    const std::uint64_t sector = kSectors[draw(2)], size = write.bytes.size();
    const std::uint64_t end = (write.offset + draw(size + 1)) / sector * sector;
    if (end <= write.offset) continue;
    write.bytes.resize(std::min(size, end - write.offset));
    apply(file.durable, write);
    file.is_durable = true;
  }
  file.unsynced.clear();
}

void SimDisk::cut_power() {
  if (dead_) return;
  dead_ = true;
  ++counts_.cuts;
  older_ = std::exchange(lying_, false);
  for (auto& [name, file] : files_) survive(*file);
  large_->cut_power(older_);
  if (!older_) return;
  for (auto& [name, file] : files_) file->is_durable = false;
  for (auto& [name, bytes] : before_lying_) {
    auto file = std::make_shared<SimFile>();
    file->durable = std::move(bytes);
    file->is_durable = true;
    files_[name] = std::move(file);
  }
}

void SimDisk::flip_bit(const std::string& name) {
  const auto found = files_.find(name);
  if (found == files_.end() || found->second->seen.empty()) return;
  SimFile& file = *found->second;
  const std::uint64_t at = draw(file.seen.size());
  const char flipped = static_cast<char>(file.seen[at] ^ static_cast<char>(1U << draw(8)));
  file.seen[at] = flipped;
  if (at < file.durable.size()) file.durable[at] = flipped;
}

void SimDisk::lie(bool lying) {
  if (lying_ && !lying) {
    for (auto& [name, file] : files_) settle(*file);
    large_->settle();
  }
  if (lying && !lying_) {
    before_lying_.clear();
    for (const auto& [name, file] : files_) {
      if (file->is_durable) before_lying_[name] = file->durable;
    }
    large_->begin_to_lie();
  }
  lying_ = lying;
}

void SimDisk::heal() {
  failures_ = {};
  full_ = failed_ = false;
  cut_in_ = 0;
}

void SimDisk::revive() {
  if (!dead_) return;
  dead_ = false;
  ++life_;
  std::map<std::string, std::shared_ptr<SimFile>> left;
  for (auto& [name, file] : files_) {
    if (!file->is_durable) continue;
    auto now = std::make_shared<SimFile>();
    now->durable = now->seen = file->durable;
    now->is_durable = true;
    left[name] = std::move(now);
  }
  files_ = std::move(left);
  large_->revive();
}

SimDisk::Image SimDisk::image() const {
  Image image;
  for (const auto& [name, file] : files_) image[name] = file->seen;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    image[entry.path().string().substr(folder_.size())] = {std::istreambuf_iterator<char>(file), {}};
  }
  return image;
}

void SimDisk::put(const Image& image) {
  for (const auto& [name, file] : files_) CHECK(file->opens == 0);
  files_.clear();
  lying_ = false;
  Image large;
  for (const auto& [name, bytes] : image) {
    if (name.find('/') != std::string::npos) {
      large.emplace(name, bytes);
      continue;
    }
    auto file = std::make_shared<SimFile>();
    file->seen = file->durable = bytes;
    file->is_durable = true;
    files_[name] = std::move(file);
  }
  large_->put(large);
}

}  // namespace tram::sim
