#include "tests/agent/office_pc.h"

#include <algorithm>

#include "agent/cli.h"
#include "agent/daemon.h"
#include "agent/setup.h"
#include "sync/local_peer.h"
#include "tests/support/check.h"

namespace tram::test {

OfficePc::OfficePc(const std::string& office, bool initialise) : data_(folder_.file("data")) {
  if (!initialise) return;
  CHECK(exit({"init", "--server", "http://127.0.0.1:9", "--office", office, "--token", "t0ken"}) == 0);
}

agent::Outcome OfficePc::run(std::vector<std::string> words) {
  words.insert(words.end(), {"--data", data_});
  const http::Command command{words, folder_.path(), "lan.ht"};
  const agent::Parsed parsed = agent::parse_command_line(words);
  if (parsed.answer) return *parsed.answer;
  if (parsed.line.verb != "init") return agent::run_command(parsed.line, command, clock_, random_);
  const Status done = agent::init(parsed.line, clock_, random_);
  return done.ok() ? agent::Outcome{} : agent::failed(done.error());
}

std::string OfficePc::out(std::vector<std::string> words) {
  agent::Outcome outcome = run(std::move(words));
  INFO(outcome.err);
  REQUIRE(outcome.exit == 0);
  if (outcome.out.ends_with('\n')) outcome.out.pop_back();
  return outcome.out;
}

json::Value OfficePc::json(std::vector<std::string> words) {
  words.emplace_back("--json");
  return must(json::parse(out(std::move(words))));
}

int OfficePc::exit(std::vector<std::string> words) {
  const agent::Outcome outcome = run(std::move(words));
  if (outcome.exit != 0) {
    INFO(outcome.err);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.starts_with("tram-agent: "));
    CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  }
  return outcome.exit;
}

std::unique_ptr<agent::Office> OfficePc::open() {
  return must(agent::Office::open(must(DataFolder::acquire(data_, false, 0, clock_)), clock_, random_));
}

std::string whole_report(OfficePc& pc, const std::string& period) {
  const std::string id = pc.out({"report", "new", "bm02", period});
  std::vector<std::string> words = {"report", "set", id};
  words.insert(words.end(), kWholeBm02.begin(), kWholeBm02.end());
  pc.out(words);
  return id;
}

void carry(OfficePc& from, OfficePc& to, bool merged) {
  std::vector<Document> documents;
  {
    const auto office = from.open();
    must(office->own().read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto records, snapshot.changes(0, UINT64_MAX >> 1, 1000));
      for (const Record& record : records) {
        for (const std::int32_t leaf : record.tree.leaves()) {
          ASSIGN_OR_RETURN(auto document, snapshot.document(record, leaf));
          if (document) documents.push_back(std::move(*document));
        }
      }
      return {};
    }));
  }
  const auto office = to.open();
  must(office->own().write([&](Transaction& transaction) -> Status {
    for (const Document& document : documents) RETURN_IF_ERROR(transaction.put(document));
    return {};
  }));
  if (merged) must(merge_pending(office->own(), nullptr));
}

void receive(OfficePc& pc, bool reference, const std::string& id, const json::Value& body) {
  const auto office = pc.open();
  Store& store = reference ? office->reference_store() : office->own();
  must(store.write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto record, transaction.find(id));
    const RevisionId parent = record ? record->tree.at(record->tree.winner()).rev : RevisionId{};
    RETURN_IF_ERROR(transaction.save(id, parent, false, json::print(body)));
    return {};
  }));
}

void refuse(OfficePc& pc, const std::string& id, const std::string& code) {
  const auto office = pc.open();
  must(office->own().write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto record, transaction.find(id));
    REQUIRE(record.has_value());
    Refusal refusal;
    refusal.peer = "office-vn-04-049";
    refusal.id = id;
    refusal.rev = record->tree.at(record->tree.winner()).rev.text();
    refusal.code = code;
    refusal.reason = "The province says no.";
    return transaction.add_refusal(refusal);
  }));
}

}  // namespace tram::test
