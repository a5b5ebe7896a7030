#include "agent/neighbour.h"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace tram::agent {
namespace {

// Files of /proc have no size: read until there is no more.
std::string whole(const char* path) {
  std::string text;
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return text;
  std::array<char, 16 << 10> block{};
  for (ssize_t got = 0; (got = ::read(file, block.data(), block.size())) > 0;) {
    text.append(block.data(), static_cast<std::size_t>(got));
  }
  ::close(file);
  return text;
}

// 7645 -> ":1DDD", as the tables write ports behind addresses.
std::string port_text(std::uint16_t port) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text = ":";
  for (int shift = 12; shift >= 0; shift -= 4) text += kHex[static_cast<std::size_t>(port >> shift) & 15U];
  return text;
}

// The word of that number in a line, from 0.
std::string_view word_of(std::string_view line, int number) {
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const std::string_view word = line.substr(0, line.find(' '));
    if (number-- == 0 || word.empty()) return word;
    line.remove_prefix(word.size());
  }
}

// Owners of the sockets at the other end. Lines: number, local address, remote address, state, queues, timer,
// retransmits, owner, ...
void add_owners(std::string_view table, std::uint16_t port, std::set<uid_t>& owners) {
  const std::string ours = port_text(port);
  while (!table.empty()) {
    const std::string_view line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(line.size() + 1, table.size()));
    if (!word_of(line, 2).ends_with(ours)) continue;
    uid_t owner = 0;
    for (const char c : word_of(line, 7)) owner = owner * 10 + static_cast<uid_t>(c - '0');
    owners.insert(owner);
  }
}

std::string name_of_account(uid_t owner) {
  std::array<char, 4096> room{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(owner, &entry, room.data(), room.size(), &found) == 0 && found != nullptr) return found->pw_name;
  return "uid " + std::to_string(owner);
}

}  // namespace

std::optional<Neighbour> neighbours_at(std::uint16_t port) {
  std::set<uid_t> owners;
  for (const char* table : {"/proc/self/net/tcp", "/proc/self/net/tcp6"}) add_owners(whole(table), port, owners);
  if (owners.empty()) return std::nullopt;
  const uid_t own = ::geteuid();
  const bool trusted =
      std::all_of(owners.begin(), owners.end(), [&](uid_t owner) { return owner == 0 || owner == own; });
  return Neighbour{trusted, name_of_account(owners.size() == 1 ? *owners.begin() : own)};
}

}  // namespace tram::agent
