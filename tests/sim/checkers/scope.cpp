// I9: an office's credential opens its own database and no other; a foreign one and one that never was answer alike.
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class Scope final : public Checker {
 public:
  void after_step(World& world) override {
    if (world.trace.step() % 16 != 0 || !world.province->is_up()) return;
    const SimDisk::Untouched untouched(world.province->disk);
    for (const std::string& slug : world.province->offices()) {
      for (const std::string& other : world.province->offices()) {
        if (other != slug) check(world, slug, other);
      }
    }
  }
  void at_rest(World& world) override {
    for (const auto& machine : world.machines) {
      for (const auto& [id, line] : print_store(machine->disk, *machine->own)) look(world, *machine, id);
    }
  }

 private:
  static http::Response ask(World& world, const std::string& slug, const std::string& method,
                            const std::string& target) {
    http::Request request;
    request.method = method;
    request.target = target;
    request.headers.set("Authorization", "Bearer " + world.province->token_of(slug));
    if (method == "POST") {
      request.headers.set("Content-Type", "application/json");
      request.body = R"({"new_edits":false,"docs":[{"_id":"note:0","_rev":"9-)" + std::string(32, 'e') + R"("}]})";
    }
    return world.province->answer(request);
  }

  static void check(World& world, const std::string& slug, const std::string& other) {
    const std::string before = world.province->fingerprint();
    for (const auto& [method, tail] : {std::pair<std::string, std::string>{"GET", ""},
                                       {"GET", "/_changes"},
                                       {"GET", "/note:0"},
                                       {"POST", "/_bulk_docs"}}) {
      const http::Response theirs = ask(world, slug, method, "/office-" + other + tail);
      const http::Response nobodys = ask(world, slug, method, "/office-zz" + tail);
      if (theirs.status != 403 || theirs.body != nobodys.body || theirs.status != nobodys.status) {
        world.trace.found("scope", "office " + slug + " gets " + std::to_string(theirs.status) + " for " + method +
                                       " /office-" + other + tail);
      }
    }
    if (world.province->fingerprint() != before) world.trace.found("scope", "office " + slug + " wrote at " + other);
  }

  static void look(World& world, Machine& machine, const std::string& id) {
    (void)machine.own->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
      if (!document) return {};
      ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document->body));
      const auto office = json::string_at(body, "office");
      if (office && *office != machine.slug)
        world.trace.found("scope", machine.name + " holds " + id + " of " + *office);
      return {};
    });
  }
};

}  // namespace

std::unique_ptr<Checker> scope() { return std::make_unique<Scope>(); }

}  // namespace tram::sim
