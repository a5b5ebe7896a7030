// tests/sim/sim_files.h: the files of large attachments on a SimDisk, and what a power cut leaves of them.
//
// They lie in a true folder, for the product reads them by the system's calls; the calls that change something (open,
// pwrite, fsync, rename, unlink, mkdir) are led through here by the linker (--wrap). A file keeps what was flushed, and
// what was not: each write by itself is then kept, dropped or torn. A name counts once its folder was flushed; before, a
// power cut leaves the old one or the new one. One thread.
#pragma once

#include <ctime>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "tests/sim/sim_disk.h"

namespace tram::sim {

// Files keep the machine's true time, which no clock of the simulation knows: to each of them they are from 2100, so that
// no program clears one away for its age.
inline constexpr std::time_t kTimeOfFiles = 4'102'444'800;

class SimFiles {
 public:
  // folder: of the machine, ends in "/"; the names of files are "<store>-blobs/<file>".
  SimFiles(SimDisk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

  // --- what a program does, after the disk allowed it
  std::shared_ptr<SimFile> opened(const std::string& name);  // made if it is new
  void folder_made(const std::string& name) { folders_.insert(name); }
  void folder_flushed(const std::string& name);  // empty: the machine's own
  void renamed(const std::string& from, const std::string& to);
  void removed(const std::string& name) { now_.erase(name); }

  // --- what happens to the disk
  void settle();                                              // everything is durable
  void begin_to_lie();                                        // a power cut leaves it as it is now
  void cut_power(bool lied);                                  // decides what survives
  void revive();                                              // and that is there
  void put(const std::map<std::string, std::string>& files);  // instead of everything

 private:
  using Names = std::map<std::string, std::shared_ptr<SimFile>>;
  static std::string folder_of(const std::string& name) { return name.substr(0, name.find('/')); }
  Names survivors();

  SimDisk& disk_;
  const std::string folder_;
  Names now_, durable_;
  std::set<std::string> folders_, durable_folders_;
  std::map<std::string, std::string> left_, before_lying_;
};

}  // namespace tram::sim
