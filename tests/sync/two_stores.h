// tests/sync/two_stores.h: two stores and peers that fail, for the loop between them without any HTTP.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/replicate.h"
#include "tests/support/office.h"

namespace tram::test {

// A peer whose n-th call fails, before or after it was done.
class FaultyPeer final : public Peer {
 public:
  FaultyPeer(Peer& inner, int fails_at, bool after) : inner_(inner), left_(fails_at), after_(after) {}
  Result<PeerId> id() override {
    return call<PeerId>([&] { return inner_.id(); });
  }
  Result<ChangesPage> changes(const Sequence& since, const PageOptions& options) override {
    auto page = call<ChangesPage>([&] { return inner_.changes(since, options); });
    if (page && stands_still && since != kBeginning) page->last_seq = since;
    if (page && static_cast<int>(ends.size()) == empty_page) page->rows.clear();
    if (page) ends.push_back(page->last_seq);
    return page;
  }
  Result<RevisionSet> missing(const RevisionSet& offered) override {
    return call<RevisionSet>([&] { return inner_.missing(offered); });
  }
  Result<std::vector<Document>> read(const RevisionSet& wanted) override {
    return call<std::vector<Document>>([&] { return inner_.read(wanted); });
  }
  Result<Written> write(std::span<const Document> documents, const WriteOptions& options) override {
    if (when_writing) when_writing();
    return call<Written>([&] { return inner_.write(documents, options); });
  }
  // Every second one is done only when somebody waits for it, and so is overtaken by the next.
  std::unique_ptr<PendingWrite> start_write(std::span<const Document> documents, const WriteOptions& options) override {
    if (!overlaps) return nullptr;
    std::optional<Checkpoint> checkpoint;
    if (options.checkpoint != nullptr) checkpoint = *options.checkpoint;
    const auto work = [this, copies = std::vector(documents.begin(), documents.end()), checkpoint,
                       id = options.checkpoint_id] {
      return write(copies, {checkpoint ? &*checkpoint : nullptr, id, {}});
    };
    if (++started_ % 2 == 0) return std::make_unique<Started>(work);
    return std::make_unique<Started>([done = work()] { return done; });
  }
  Result<std::optional<Checkpoint>> checkpoint(const std::string& id) override {
    return call<std::optional<Checkpoint>>([&] { return inner_.checkpoint(id); });
  }
  Result<std::string> save_checkpoint(const std::string& id, const Checkpoint& checkpoint) override {
    return call<std::string>([&] { return inner_.save_checkpoint(id, checkpoint); });
  }
  bool has_failed() const { return left_ < 0; }
  std::function<void()> when_writing;
  bool overlaps = false;
  bool stands_still = false;   // behind the first page
  int empty_page = -1;         // of this one nothing is to be sent
  std::vector<Sequence> ends;  // of the pages it told

 private:
  class Started final : public PendingWrite {
   public:
    explicit Started(std::function<Result<Written>()> work) : work_(std::move(work)) {}
    Result<Written> finish() override { return work_(); }

   private:
    std::function<Result<Written>()> work_;
  };

  template <typename T>
  Result<T> call(const std::function<Result<T>()>& what) {
    const bool fails = left_-- == 0;
    if (fails && !after_) return error(ErrorCode::offline, "cut");
    Result<T> done = what();
    if (fails) return error(ErrorCode::offline, "cut");
    return done;
  }

  Peer& inner_;
  int left_, started_ = 0;
  const bool after_;
};

// What a checkpoint at the target promises: every document up to it is there.
inline void check_promise(Store& source, Store& target, const std::string& id) {
  LocalPeer at_target(target);
  const auto checkpoint = must(at_target.checkpoint(id));
  if (!checkpoint) return;
  must(source.read([&](Snapshot& from) -> Status {
    const auto position = must(from.since(from_json(checkpoint->source_last_seq)));
    const auto records = must(from.changes(0, position, SIZE_MAX));
    return target.read([&](Snapshot& to) -> Status {
      for (const Record& record : records) {
        const auto there = must(to.find(record.id));
        REQUIRE(there);
        for (const std::int32_t leaf : record.tree.leaves()) {
          CHECK(there->tree.find(record.tree.at(leaf).rev) != Node::kNone);
        }
      }
      return {};
    });
  }));
}

struct TwoStores {
  TempFolder folder;
  ManualClock clock;
  SeededRandom random{3};
  std::unique_ptr<Store> a, b;
  StoreOptions store_options() {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    return options;
  }
  TwoStores() {
    a = must(Store::open(folder.file("a.db"), store_options()));
    b = must(Store::open(folder.file("b.db"), store_options()));
    for (int i = 0; i < 30; ++i) save(*a, "x" + std::to_string(i), R"({"n":)" + std::to_string(i) + "}");
  }
  static void save(Store& store, const std::string& id, const std::string& body) {
    must(store.write([&](Transaction& transaction) -> Status {
      const auto record = must(transaction.find(id));
      const RevisionId parent = record ? record->tree.at(record->tree.winner()).rev : RevisionId{};
      must(transaction.save(id, parent, false, body));
      return {};
    }));
  }
  ReplicateOptions options(BatchSize& size) {
    ReplicateOptions replicate;
    replicate.clock = &clock;
    replicate.random = &random;
    replicate.size = &size;
    return replicate;
  }
};

}  // namespace tram::test
