// A journal with its views in a folder of their own, opened and closed as a system does.
#pragma once

#include <filesystem>
#include <memory>

#include "storage/data_folder.hpp"
#include "storage/lmdb_views.hpp"
#include "tests/storage/journal_fixture.hpp"

namespace spillway::storage {

inline const std::string master(64, 'a');

class StoredSystem : public ::testing::Test {
 protected:
  void start() {
    stop();
    auto journal = LmdbJournal::open(journal_folder(data()), keys_, small_options());
    ASSERT_TRUE(journal) << journal.error().message;
    journal_ = std::move(*journal);
    open_views_anew();
  }
  void open_views_anew() {
    views_.reset();
    auto views = open_views(views_folder(data()), keys_, *journal_, small_options());
    ASSERT_TRUE(views) << views.error().message;
    views_ = std::move(*views);
  }
  void stop() {
    views_.reset();
    journal_.reset();
  }
  const std::filesystem::path& data() const { return scratch_.path(); }

  ScratchFolder scratch_;
  Keyring keys_ = test_keys(scratch_.path());
  std::unique_ptr<LmdbJournal> journal_;
  std::unique_ptr<LmdbViews> views_;
};

}  // namespace spillway::storage
