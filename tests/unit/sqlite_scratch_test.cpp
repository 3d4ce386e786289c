// SPDX-License-Identifier: MIT
// Where scratch databases of SQLite's are made, who may look into them, and what clears them away.
#include "migrate/sqlite_scratch.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include "temp_folder.hpp"

namespace {

namespace fs = std::filesystem;
using kedge::migrate::is_scratch_file;
using kedge::migrate::make_scratch_file;
using kedge::migrate::remove_scratch_file;
using kedge::migrate::ScratchFile;

/// TMPDIR as it is here, and in the end as it was.
class Tmpdir {
  public:
    explicit Tmpdir(const char* value) {
        if (const char* was = std::getenv("TMPDIR")) was_ = was;
        set(value);
    }
    Tmpdir(const Tmpdir&) = delete;
    Tmpdir& operator=(const Tmpdir&) = delete;
    ~Tmpdir() { set(was_ ? was_->c_str() : nullptr); }

  private:
    static void set(const char* value) {
        if (value == nullptr) {
            ::unsetenv("TMPDIR");
        } else {
            ::setenv("TMPDIR", value, 1);
        }
    }
    std::optional<std::string> was_;
};

}  // namespace

TEST_CASE("a scratch file of SQLite's is in memory, and its maker's alone") {
    const Tmpdir none(nullptr);
    const ScratchFile made = make_scratch_file(1);
    const fs::path folder = fs::path(made.database).parent_path();
    if (::access("/dev/shm", W_OK | X_OK) == 0) CHECK(folder.parent_path() == "/dev/shm");
    CHECK(is_scratch_file(made.database));
    CHECK(fs::file_size(made.database) == 0);
    CHECK((fs::status(folder).permissions() & fs::perms::mask) == fs::perms::owner_all);
    remove_scratch_file(made.database);
    CHECK_FALSE(fs::exists(folder));
}

TEST_CASE("where memory has no room for a scratch file, temporary files have") {
    const Tmpdir none(nullptr);
    const ScratchFile made = make_scratch_file(std::uintmax_t{1} << 60);
    CHECK(fs::path(made.database).parent_path().parent_path() == fs::temp_directory_path());
    remove_scratch_file(made.database);
}

TEST_CASE("TMPDIR has the scratch file, and the next run clears what a killed one has left") {
    const kedge::test::TempFolder folder;
    const Tmpdir there(folder.path().c_str());
    ScratchFile left = make_scratch_file(1);
    CHECK(fs::path(left.database).parent_path().parent_path() == folder.path());
    const ScratchFile second = make_scratch_file(1);
    CHECK(fs::exists(left.database));  // somebody is at work in it
    left.hold.reset();
    const ScratchFile third = make_scratch_file(1);
    CHECK_FALSE(fs::exists(left.database));
    CHECK(fs::exists(second.database));
    CHECK(second.database != third.database);
}
