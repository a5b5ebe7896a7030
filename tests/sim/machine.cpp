#include "tests/sim/machine.h"

#include "sync/local_peer.h"
#include "tests/sim/reports.h"

namespace tram::sim {

namespace {

bool made_by_two(const RevisionTree& tree) {
  std::size_t here = 0, elsewhere = 0;
  for (const std::int32_t leaf : tree.leaves()) {
    if (!tree.at(leaf).deleted) ++(tree.at(leaf).local ? here : elsewhere);
  }
  return here > 0 && elsewhere > 0;
}

}  // namespace

Machine::Machine(std::string its_name, std::string its_slug, std::uint64_t seed, SimTime& time, Dice& dice,
                 Trace& trace, LineHooks hooks)
    : name(std::move(its_name)),
      slug(std::move(its_slug)),
      rows_max(seed % 3 != 0 ? BatchSize::kDocumentsMax : 1 + seed % 4),
      disk(name, seed),
      clock(time),
      random(seed ^ 0x0ff1ce),
      line(std::move(hooks), time, dice, trace, name),
      time_(time),
      trace_(trace) {}

Machine::~Machine() { stop(); }

bool Machine::start() {
  const auto open = [&](const char* file, bool own_store) -> Result<std::unique_ptr<Store>> {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    options.readers = 0;
    options.vfs = kVfs;
    options.record_writes = own_store;
    ASSIGN_OR_RETURN(auto store, Store::open(disk.path(file), options));
    if (on_open) on_open(file, *store);
    return store;
  };
  const auto all = [&]() -> Status {
    ASSIGN_OR_RETURN(own, open("own.db", true));
    ASSIGN_OR_RETURN(reference, open("reference.db", false));
    return merge_pending(*own, nullptr);
  };
  const Status status = all();
  if (!status.ok()) {
    trace_.say(name + " does not start: " + status.error().message);
    stop();
    return false;
  }
  SyncerOptions options;
  options.database = "office-" + slug;
  options.credential.token = token;
  options.rows_max = rows_max;
  options.overlap_from = 1;
  syncer = std::make_unique<Syncer>(*own, *reference, line, clock, random, options);
  return true;
}

void Machine::stop() {
  syncer.reset();
  own.reset();
  reference.reset();
}

Told Machine::told(const std::string& id, const Status& status, const std::string& rev) {
  if (status.ok()) return {id, rev, Told::What::saved};
  if (status.error().code == ErrorCode::outcome_unknown) return {id, rev, Told::What::unknown};
  return {id, rev, Told::What::refused};
}

// As the agent's rewrite_report: what came in is merged first, then the edit goes on from the winner.
Told Machine::edit(const std::string& id, bool deleted,
                   const std::function<Status(json::Value&, std::vector<Attachment>&, Transaction&)>& work) {
  std::string rev;
  const Status status = own->write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(merge_document(transaction, id));
    ASSIGN_OR_RETURN(const auto held, transaction.winner(id));
    json::Value body = json::Value::object();
    std::vector<Attachment> attachments;
    if (held && !deleted) {
      ASSIGN_OR_RETURN(body, json::parse_object(held->body));
      attachments = held->attachments;
    }
    RETURN_IF_ERROR(work(body, attachments, transaction));
    body["edit"] = {{"by", name}, {"at", std::to_string(trace_.step())}};
    ASSIGN_OR_RETURN(const RevisionId saved,
                     transaction.save(id, held ? held->rev : RevisionId{}, deleted, json::print(body), attachments));
    rev = saved.text();
    return {};
  });
  return told(id, status, rev);
}

Told Machine::create(const std::string& id, std::int64_t value) {
  return edit(id, false, [&](json::Value& body, auto&, Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto held, transaction.winner(id));
    if (held) return error(ErrorCode::conflict, "exists");
    body = {{"type", "note"}, {"office", slug}, {"a", value}, {"b", 0}, {"c", 0}};
    return {};
  });
}

Told Machine::create_report(const std::string& form, const std::string& period, std::int64_t value) {
  const std::string id = "report:" + form + ":" + period;
  return edit(id, false, [&](json::Value& body, auto&, Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto held, transaction.winner(id));
    if (held) return error(ErrorCode::conflict, "exists");
    body = report_body(form, period, slug, value);
    return {};
  });
}

Told Machine::change(const std::string& id, const std::string& field, std::int64_t value) {
  return edit(id, false, [&](json::Value& body, auto&, Transaction&) -> Status {
    if (body.empty()) return error(ErrorCode::not_found, "not there");
    (body.contains("values") ? body["values"] : body)[field] = value;
    return {};
  });
}

Told Machine::change_often(const std::string& id, int times) {
  RevisionId last;
  const Status status = own->write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto held, transaction.winner(id));
    if (held) last = held->rev;
    for (int i = 0; i < times; ++i) {
      const json::Value body = {{"type", "note"}, {"office", slug}, {"a", i}, {"b", 0}, {"c", 0}};
      ASSIGN_OR_RETURN(last, transaction.save(id, last, false, json::print(body)));
    }
    return {};
  });
  return told(id, status, last.text());
}

Told Machine::remove(const std::string& id) {
  return edit(id, true, [&](json::Value&, auto&, Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto record, transaction.find(id));
    if (!record || record->tree.deleted()) return error(ErrorCode::not_found, "not there");
    if (record->tree.live_leaves() > 1) return error(ErrorCode::forbidden, "decide first");
    return {};
  });
}

Told Machine::attach(const std::string& id, const std::string& attachment, const std::string& bytes) {
  const auto blob = own->blobs().keep(bytes);
  if (!blob) return {id, "", Told::What::refused};
  return edit(id, false, [&](json::Value& body, std::vector<Attachment>& all, Transaction& transaction) -> Status {
    if (body.empty()) return error(ErrorCode::not_found, "not there");
    RETURN_IF_ERROR(transaction.bring(**blob));
    std::erase_if(all, [&](const Attachment& one) { return one.name == attachment; });
    all.push_back({attachment, "text/plain", (*blob)->sha256, (*blob)->digest, (*blob)->length, 0});
    return {};
  });
}

// As the agent's submit_report, without what depends on the form.
Told Machine::submit(const std::string& id) {
  return edit(id, false, [&](json::Value& body, auto&, Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto record, transaction.find(id));
    if (body.empty() || record->tree.live_leaves() > 1) return error(ErrorCode::forbidden, "not now");
    return submit_into(body, transaction);
  });
}

std::vector<Told> Machine::resolve(const std::string& id, std::uint64_t choice) {
  std::vector<std::string> revs;
  const Status status = own->write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto record, transaction.find(id));
    if (!record) return error(ErrorCode::not_found, "not there");
    const BodyLookup body = [&](const RevisionId& rev) { return transaction.body(*record, rev); };
    ASSIGN_OR_RETURN(const auto open, open_conflicts(record->tree, body));
    if (open.empty()) return error(ErrorCode::not_found, "nothing to decide");
    for (const Conflict& conflict : open)
      trace_.sometimes(conflict.deletion ? "delete against edit" : "edit against edit");
    if (made_by_two(record->tree)) trace_.sometimes("conflict of two PCs in one office");
    Decision decision;
    decision.keep = choice % 2 == 0 ? open.front().ours : open[choice / 2 % open.size()].theirs;
    const json::Value stamp = {{"by", name}, {"at", std::to_string(trace_.step())}, {"decided", true}};
    ASSIGN_OR_RETURN(const Resolution resolution, decide(id, record->tree, body, decision, stamp));
    for (const Document& document : resolution.revisions) revs.push_back(document.rev.text());
    return transaction.put_own(resolution.revisions);
  });
  std::vector<Told> all;
  if (!status.ok() && status.error().code != ErrorCode::outcome_unknown) {
    all.push_back({id, "", Told::What::refused});
  } else {
    for (const std::string& rev : revs) all.push_back(told(id, status, rev));
  }
  return all;
}

std::vector<std::string> Machine::documents(const std::string& prefix, bool in_conflict) {
  std::vector<std::string> ids;
  (void)own->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, in_conflict ? snapshot.in_conflict(50) : snapshot.with_prefix(prefix, 50));
    for (const Record& record : records) {
      if (!record.tree.deleted()) ids.push_back(record.id);
    }
    return {};
  });
  return ids;
}

}  // namespace tram::sim
