// tests/sim/sim_disk.h: the disk of one machine of the simulation, in memory, as SQLite's VFS "sim".
//
// Files live under "/dev/shm/tram-sim-<process>/<machine>/". Each keeps what reads see, what is durable, and the writes between. It can fail the
// n-th operation of a kind (once or for good), be full, lie in sync, flip a bit, and lose its power: then each unsynced
// write is kept, dropped or torn by seed, and every call fails until revive(). The files of large attachments are not
// SQLite's: they lie in a true folder of that name and meet the same (sim_files.h). One thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tram::sim {

inline constexpr const char* kVfs = "sim";

// Registers the VFS (once a process) and makes SQLite's own random numbers start anew from this seed.
void reset_sqlite(std::uint64_t seed);

class SimDisk;
class SimFiles;

// The disk that a path lies on, and its name there; null: it is no path of the simulation.
SimDisk* disk_of(std::string_view path, std::string& name);

struct SimFile {
  struct Write {
    enum class Kind { write, truncate } kind;
    std::uint64_t offset = 0;  // truncate: the new size
    std::string bytes;
  };
  std::string seen, durable;
  std::vector<Write> unsynced;
  bool is_durable = false;  // synced once: its name survives
  int opens = 0;
  std::deque<std::vector<char>> regions;  // shared memory; forgotten when nobody has the file open
  std::array<int, 8> shared{};            // locks on it
  std::array<bool, 8> exclusive{};
};

class SimDisk {
 public:
  enum class Op { write, sync, read, truncate };
  struct Failure {
    std::uint64_t in = 0;  // the n-th operation from now on; 0: none
    bool for_good = false;
  };

  SimDisk(std::string machine, std::uint64_t seed);
  ~SimDisk();
  SimDisk(const SimDisk&) = delete;
  SimDisk& operator=(const SimDisk&) = delete;

  std::string path(const std::string& name) const { return folder_ + name; }

  // --- faults
  void fail(Op op, Failure failure) { failures_[static_cast<std::size_t>(op)] = failure; }
  void fill(bool full) { full_ = full; }
  // Says from now on that writes are durable and keeps none, until it is told to stop: then it keeps them all. A power
  // cut before that leaves the disk as it was when it began to lie.
  void lie(bool lying);
  bool is_lying() const { return lying_; }
  bool is_older() const { return older_; }  // since the last power cut, because it lied
  void cut_power_in(std::uint64_t operations) {
    cut_in_ = operations;
  }                                                         // in the middle of that write or sync; 0: never
  void harm(unsigned percent) { harm_percent_ = percent; }  // of unsynced writes, at a power cut
  void cut_power();
  void flip_bit(const std::string& name);
  bool is_dead() const { return dead_; }
  bool has_failed() const { return failed_; }  // an operation since the last heal() was answered with an error
  void heal();                                 // no more faults from now on; a dead disk stays dead
  void revive();                               // what is durable is there; all handles of before stay dead

  // Whoever looks at a machine from outside counts as nobody.
  class Untouched {
   public:
    explicit Untouched(SimDisk& disk) : disk_(disk) { ++disk_.paused_; }
    ~Untouched() { --disk_.paused_; }
    Untouched(const Untouched&) = delete;
    Untouched& operator=(const Untouched&) = delete;

   private:
    SimDisk& disk_;
  };

  // All files, as a program sees them that opens them now; a copy of a running machine's disk.
  using Image = std::map<std::string, std::string>;
  Image image() const;
  void put(const Image& image);  // takes the place of everything; nothing may be open

  struct Counts {
    std::uint64_t writes = 0, syncs = 0, reads = 0, cuts = 0, lost_writes = 0, torn_writes = 0, failures = 0;
    std::uint64_t lost_names = 0;  // of large attachments: what a power cut found that was not flushed
  };
  const Counts& counts() const { return counts_; }

 private:
  friend struct Vfs;
  friend struct Calls;
  friend class SimFiles;
  bool goes_wrong(Op op);  // counts an operation; true: it is to fail
  std::uint64_t draw(std::uint64_t bound) { return engine_() % bound; }
  bool is_harmed() { return draw(100) < harm_percent_; }
  static void settle(SimFile& file);
  static void apply(std::string& bytes, const SimFile::Write& write);
  void survive(SimFile& file);

  const std::string machine_, folder_;
  std::mt19937_64 engine_;
  std::map<std::string, std::shared_ptr<SimFile>> files_;
  const std::unique_ptr<SimFiles> large_;  // of large attachments
  std::array<Failure, 4> failures_{};
  std::uint64_t cut_in_ = 0;
  unsigned harm_percent_ = 50;
  int paused_ = 0;
  std::map<std::string, std::string> before_lying_;  // what is durable while it lies
  bool full_ = false, lying_ = false, older_ = false, dead_ = false, failed_ = false;
  std::uint64_t life_ = 0;
  Counts counts_;
};

}  // namespace tram::sim
