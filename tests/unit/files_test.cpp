// SPDX-License-Identifier: MIT
#include "support/files.hpp"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/error.hpp"

namespace fs = std::filesystem;
using kedge::Error;
using kedge::ErrorKind;
using kedge::Failure;

namespace {

/// A folder for one test, removed after it.
class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "kedge-files-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path_); }

    [[nodiscard]] std::string operator/(const std::string& name) const {
        return (path_ / name).string();
    }
    [[nodiscard]] std::ptrdiff_t count() const {
        return std::distance(fs::directory_iterator(path_), fs::directory_iterator());
    }

  private:
    fs::path path_;
};

/// Lets no file grow past a size, as a full disk does.
class SizeLimit {
  public:
    explicit SizeLimit(rlim_t size) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &old_);
        const rlimit limit{size, old_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    SizeLimit(const SizeLimit&) = delete;
    SizeLimit& operator=(const SizeLimit&) = delete;
    ~SizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &old_);
        static_cast<void>(std::signal(SIGXFSZ, handler_));
    }

  private:
    void (*handler_)(int);
    rlimit old_{};
};

mode_t mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

template <typename Action>
Error error_of(Action action) {
    try {
        action();
    } catch (const Failure& failure) {
        return failure.error();
    }
    FAIL("nothing was thrown");
    return {};
}

}  // namespace

TEST_SUITE("files") {
    TEST_CASE("what is written is read, byte by byte") {
        const Folder folder;
        const std::string path = folder / "a";
        for (const std::string& text :
             {std::string(), std::string("a\r\nb\0c\xFF", 7), std::string(200'000, 'x')}) {
            kedge::write_file_atomically(path, text);
            CHECK(kedge::read_file(path) == text);
            CHECK(kedge::read_file_if_exists(path) == text);
        }
        CHECK(folder.count() == 1);
    }

    TEST_CASE("a missing file") {
        const Folder folder;
        const std::string path = folder / "none";
        CHECK_FALSE(kedge::file_exists(path));
        CHECK(kedge::read_file_if_exists(path) == std::nullopt);
        kedge::write_file_atomically(folder / "file", "");
        CHECK(kedge::read_file_if_exists(folder / "file/below") == std::nullopt);

        const Error error = error_of([&] { (void)kedge::read_file(path); });
        CHECK(error.kind == ErrorKind::configuration);
        CHECK(error.message == "can't read " + path + ": No such file or directory");
        CHECK(error.where.file == path);
        CHECK(error.code == std::to_string(ENOENT));
    }

    TEST_CASE("a folder is no file") {
        const Folder folder;
        fs::create_directory(folder / "d");
        CHECK_FALSE(kedge::file_exists(folder / "d"));
        CHECK_THROWS_AS((void)kedge::read_file(folder / "d"), Failure);
        CHECK_THROWS_AS(kedge::write_file_atomically(folder / "d", "x"), Failure);
        CHECK(folder.count() == 1);
        CHECK_THROWS_AS(kedge::write_file_atomically(folder / "none/file", "x"), Failure);
    }

    TEST_CASE("the mode stays, and a new file has the usual one") {
        const Folder folder;
        const std::string path = folder / "a";
        const mode_t mask = ::umask(027);
        kedge::write_file_atomically(path, "1");
        CHECK(mode_of(path) == 0640);
        REQUIRE(::chmod(path.c_str(), 0606) == 0);
        kedge::write_file_atomically(path, "2");
        CHECK(mode_of(path) == 0606);
        kedge::write_file_locked(path, "3");
        CHECK(mode_of(path) == 0606);
        ::umask(mask);
    }

    TEST_CASE("symbolic links stay, and the file behind them is replaced") {
        const Folder folder;
        fs::create_directory(folder / "d");
        kedge::write_file_atomically(folder / "d/real", "1");
        fs::create_symlink("d/next", folder / "link");
        fs::create_symlink("real", folder / "d/next");
        kedge::write_file_atomically(folder / "link", "2");
        CHECK(kedge::read_file(folder / "d/real") == "2");
        CHECK(fs::is_symlink(folder / "link"));
        CHECK(fs::is_symlink(folder / "d/next"));

        fs::create_symlink("new", folder / "dangling");
        kedge::write_file_locked(folder / "dangling", "3");
        CHECK(kedge::read_file(folder / "new") == "3");

        fs::create_symlink("loop", folder / "loop");
        const Error error = error_of([&] { kedge::write_file_atomically(folder / "loop", "x"); });
        CHECK(error.code == std::to_string(ELOOP));
    }

    TEST_CASE("a full disk leaves the old file, and nothing else") {
        const Folder folder;
        const std::string path = folder / "a";
        kedge::write_file_atomically(path, "old");
        for (const auto write : {kedge::write_file_atomically, kedge::write_file_locked}) {
            const Error error = [&] {
                const SizeLimit limit(1000);
                return error_of([&] { write(path, std::string(5000, 'x')); });
            }();
            CHECK(error.kind == ErrorKind::configuration);
            CHECK(error.message == "can't write " + path + ": File too large");
            CHECK(kedge::read_file(path) == "old");
            CHECK(folder.count() == 1);
        }
    }

    TEST_CASE("a lock keeps a second writer out") {
        const Folder folder;
        const std::string path = folder / "a";
        kedge::write_file_locked(path, "1");
        CHECK(folder.count() == 1);
        std::ofstream(path + ".lock").put('x');
        const Error error = error_of([&] { kedge::write_file_locked(path, "2"); });
        CHECK(error.kind == ErrorKind::locked);
        CHECK(error.message == "can't write " + path + ": " + path + ".lock exists");
        CHECK(kedge::read_file(path) == "1");
        CHECK(kedge::read_file(path + ".lock") == "x");
    }
}
