// tests/support/failing_calls.h: the n-th call that our code makes of SQLite, or of the kernel for a file, fails.
//
// In programs linked by tram_failing_calls(TARGET), which puts these functions between our code and the libraries (ld's
// --wrap). A call that fails is not made at all. What the libraries call among themselves neither counts nor fails. One
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <set>

namespace tram::test {

enum class Calls {
  sqlite,     // open a database; prepare, step or run a statement; end a copy. Fails with one of SQLite's codes
  files,      // open, fsync, rename, mkdir. Fails with an errno
  transfers,  // read, write, pread, pwrite. Fails with an errno
};

class FailingCalls {
 public:
  FailingCalls(Calls calls, std::uint64_t n, int code) : calls_(calls), n_(n), code_(code) {}
  // Fails the first call that comes from a place not among these, and adds that.
  FailingCalls(Calls calls, std::set<std::uint64_t>& places, int code) : calls_(calls), code_(code), places_(&places) {}
  FailingCalls(const FailingCalls&) = delete;
  FailingCalls& operator=(const FailingCalls&) = delete;
  ~FailingCalls() { end(); }

  void begin();                                    // counts from here
  void end();                                      // no more faults
  bool has_failed() const { return failed_; }      // known after end()
  std::uint64_t counted() const { return made_; }  // calls until end()

 private:
  const Calls calls_;
  const std::uint64_t n_ = 0;
  const int code_;
  std::set<std::uint64_t>* const places_ = nullptr;
  bool failed_ = false;
  std::uint64_t made_ = 0;
};

// `work` again and again, with the first call that fails, the second, until it comes through before any does. Answers how
// many failed. Work prepares, begins, tries, ends, and checks what became of it. Of long work only some calls are tried:
struct Chosen {
  std::uint64_t step = 1;  // each so many-th
  std::uint64_t ends = 0;  // the first and the last so many; 0: all
  bool places = false;     // one from each place: the first that comes by its chain of callers
};
std::uint64_t fail_each_call(Calls calls, int code, const std::function<void(FailingCalls&)>& work,
                             const Chosen& chosen = {});

}  // namespace tram::test
