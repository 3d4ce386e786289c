// SPDX-License-Identifier: MIT
#include "project/config.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/files.hpp"

namespace fs = std::filesystem;
using kedge::Error;
using kedge::ErrorKind;
using kedge::Failure;
using kedge::project::Config;
using kedge::project::ConfigSource;

namespace {

using Names = std::vector<std::string>;

/// A folder with configuration files, removed after the test.
class Files {
  public:
    Files() {
        std::string name = (fs::temp_directory_path() / "kedge-config-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = fs::canonical(name);
    }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;
    ~Files() { fs::remove_all(path_); }

    [[nodiscard]] std::string operator/(const std::string& name) const {
        return (path_ / name).string();
    }
    void write(const std::string& name, const std::string& text) const {
        fs::create_directories((path_ / name).parent_path());
        kedge::write_file_atomically(*this / name, text);
    }
    [[nodiscard]] Config load(const Names& names) const {
        std::vector<ConfigSource> sources;
        for (const std::string& name : names) sources.push_back({*this / name, name});
        return Config::load(sources, *this / "home");
    }

  private:
    fs::path path_;
};

Config config_of(const std::string& text) {
    const Files files;
    files.write("local", text);
    return files.load({"local"});
}

std::string listing(const Config& config) {
    std::string out;
    for (const auto& setting : config.list()) out += setting.to_string() + '\n';
    return out;
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

TEST_SUITE("config") {
    TEST_CASE("a later file's values replace those of an earlier one, key by key") {
        const Files files;
        files.write("system", "[a]\nk = 1\nk = 2\nonly = system\n");
        files.write("user", "[A]\nK = 3\n");
        files.write("local", "[a]\nl = 4\nl = 5\n");
        const Config config = files.load({"system", "user", "missing", "local"});
        CHECK(config.get("a.k") == "3");
        CHECK(config.get("A.Only") == "system");
        CHECK(config.get("a.none") == std::nullopt);
        CHECK(listing(config) == "a.k=3\na.l=[4, 5]\na.only=system\n");
        CHECK(config.files().size() == 3);
        REQUIRE(config.find("a.k") != nullptr);
        CHECK(config.find("a.k")->source.level == "user");
        CHECK(config.find("a.k")->where(0).to_string() == files / "user:2");
    }

    TEST_CASE("the same file at two levels counts once") {
        const Files files;
        files.write("one", "[a]\nk = 1\n");
        fs::create_symlink("one", files / "two");
        CHECK(files.load({"one", "one", "two"}).get("a.k") == "1");
    }

    TEST_CASE("several values in the last file") {
        const Config config = config_of("[a]\nk = one\nk\nk = two\n");
        CHECK(config.get_all("a.k") ==
              std::vector<std::optional<std::string>>{"one", std::nullopt, "two"});
        CHECK(config.get_all("a.k", "!one") ==
              std::vector<std::optional<std::string>>{std::nullopt, "two"});
        CHECK(config.get_all("a.k", "!").empty());
        CHECK(config.get("a.k", "TWO") == "two");
        const Error error = error_of([&] { (void)config.get("a.k"); });
        CHECK(error.kind == ErrorKind::configuration);
        CHECK(error.message == "more than one value for the key \"a.k\"");
        CHECK(error.where.line == 3);
        CHECK_THROWS_AS((void)config.get_bool("a.k"), Failure);
        CHECK_THROWS_AS((void)config.property("a.k"), Failure);
        CHECK(listing(config) == "a.k=[one, , two]\n");
    }

    TEST_CASE("included files") {
        const Files files;
        files.write("local",
                    "[a]\nk = 1\nl = 1\n[include]\npath = d/more\npath = none\n[a]\nl = 3\n");
        files.write("d/more", "[a]\nk = 2\nl = 2\n[include]\npath = ../last\npath = ~/mine\n");
        files.write("last", "[b]\nk = last\n");
        files.write("home/mine", "[b]\nl = mine\n");
        const Config config = files.load({"local"});
        CHECK(config.get("a.k") == "2");
        CHECK(config.get("a.l") == "3");
        CHECK(config.get("b.k") == "last");
        CHECK(config.get("b.l") == "mine");
        CHECK(config.find("b.k")->source.level == "local");
        CHECK(config.files().size() == 4);
    }

    TEST_CASE("a relative path counts from the folder of the file itself, not of a link to it") {
        const Files files;
        files.write("d/real", "[include]\npath = more\n");
        files.write("d/more", "[a]\nk = 1\n");
        fs::create_symlink("d/real", files / "local");
        CHECK(files.load({"local"}).get("a.k") == "1");
    }

    TEST_CASE("files include one another ten deep, as in Sqitch, and no deeper") {
        const Files files;
        for (int n = 0; n <= 10; ++n) {
            const std::string name = std::to_string(n);
            files.write(name, "[d]\nk" + name + "\n[include]\npath = " + std::to_string(n + 1));
        }
        files.write("11", "[d]\nk11 = end\n");
        CHECK(files.load({"0"}).get("d.k11") == "end");
        files.write("11", "[include]\npath = 12\n");
        const Error error = error_of([&] { (void)files.load({"0"}); });
        CHECK(error.kind == ErrorKind::configuration);
        CHECK(error.where.to_string() == files / "11:2");
        files.write("self", "[include]\npath = self\n");
        CHECK_THROWS_AS((void)files.load({"self"}), Failure);
    }

    TEST_CASE("a bad line in any file is told") {
        const Files files;
        files.write("system", "[a]\nk = 1\n");
        files.write("local", "[a]\nk = \\x\n");
        const Error error = error_of([&] { (void)files.load({"system", "local"}); });
        CHECK(error.where.to_string() == files / "local:2:5");
    }

    TEST_CASE("yes and no") {
        struct Case {
            const char* text;
            std::optional<bool> value;
        };
        const Case cases[] = {
            {"true", true}, {"YES", true},  {"On", true}, {"1", true},    {"-001", true},
            {"no", false},  {"OFF", false}, {"", false},  {"000", false}, {"False", false},
            {"2", {}},      {"-", {}},      {"-0", {}},   {"10", {}},     {"y", {}},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            CHECK(kedge::project::parse_config_bool(c.text) == c.value);
        }
        const Config config = config_of("[a]\nk\nl = no\nm = maybe\n");
        CHECK(config.get_bool("a.k") == true);
        CHECK(config.get_bool("a.l") == false);
        CHECK(config.get_bool("a.none") == std::nullopt);
        const Error error = error_of([&] { (void)config.get_bool("a.m"); });
        CHECK(error.message == "\"maybe\" is not a yes or a no: a.m");
        CHECK(error.where.line == 4);
    }

    TEST_CASE("numbers") {
        struct Case {
            const char* text;
            std::optional<std::int64_t> value;
        };
        const Case cases[] = {
            {"0", 0},
            {"-12", -12},
            {"2k", 2048},
            {"3m", 3145728},
            {"1g", 1073741824},
            {"1.5k", 1536},
            {"-1.9", -1},
            {".5k", 512},
            {"1.", 1},
            {"", 0},
            {"9223372036854775807", 9223372036854775807},
            {"9223372036854775808", {}},
            {"8589934592g", {}},
            {"1K", {}},
            {"1 k", {}},
            {"+1", {}},
            {"x", {}},
            {"1kk", {}},
            {"--1", {}},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            CHECK(kedge::project::parse_config_int(c.text) == c.value);
        }
        const Config config = config_of("[a]\nk = 2k\nl = two\nm\n");
        CHECK(config.get_int("a.k") == 2048);
        CHECK(config.get_int("a.none") == std::nullopt);
        CHECK_THROWS_AS((void)config.get_int("a.l"), Failure);
        CHECK_THROWS_AS((void)config.get_int("a.m"), Failure);
    }

    TEST_CASE("a property that is empty, zero or without a value is unset") {
        const Config config = config_of("[a]\nk = x\nl = 0\nm =\nn\no = 00\n");
        CHECK(config.property("a.k") == "x");
        CHECK(config.property("a.l") == std::nullopt);
        CHECK(config.property("a.m") == std::nullopt);
        CHECK(config.property("a.n") == std::nullopt);
        CHECK(config.property("a.o") == "00");
        CHECK(config.get("a.l") == "0");
        CHECK(config.get("a.n") == std::nullopt);
    }

    TEST_CASE("keys by a pattern") {
        const Config config = config_of("[b]\nUri = x\n[a \"T\"]\nuri = y\nuri = z\nother = 1\n");
        const auto found = config.get_regex("^.*\\.URI$");
        REQUIRE(found.size() == 2);
        CHECK(found[0].to_string() == "a.T.uri=[y, z]");
        CHECK(found[1].to_string() == "b.uri=x");
        const auto narrowed = config.get_regex("uri", "z");
        REQUIRE(narrowed.size() == 1);
        CHECK(narrowed[0].to_string() == "a.T.uri=z");
        CHECK_THROWS_AS((void)config.get_regex("("), Failure);
    }

    TEST_CASE("sections and subsections, sorted and as in the files") {
        const Config config = config_of(
            "[target \"b\"]\nuri = 1\n[core]\nx = 1\n[a-b]\nx\n[a]\nx\n[target "
            "\"a.variables\"]\nv\n"
            "[Target \"B\"]\nuri = 2\n[target \"b\"]\nclient = 3\n[empty]\n");
        CHECK(config.sections() == Names{"a", "a-b", "core", "target"});
        CHECK(config.sections(Config::Order::file) == Names{"target", "core", "a-b", "a"});
        CHECK(config.subsections("target") == Names{"B", "a.variables", "b"});
        CHECK(config.subsections("TARGET", Config::Order::file) == Names{"b", "a.variables", "B"});
        CHECK(config.subsections("core").empty());
    }

    TEST_CASE("variables keep the case of their names") {
        const Config config = config_of(
            "[core \"variables\"]\nFooBar = 1\nfoo = two words\nempty =\nalone\na.b = 1\n"
            "[target \"Dev.variables\"]\nX = y\n");
        using Map = std::map<std::string, std::string>;
        CHECK(config.variables("core.variables") ==
              Map{{"FooBar", "1"}, {"alone", ""}, {"empty", ""}, {"foo", "two words"}});
        CHECK(config.variables("Target.Dev.variables") == Map{{"X", "y"}});
        CHECK(config.variables("target.dev.variables").empty());
    }

    TEST_CASE("nothing loaded, nothing found") {
        const Config config;
        CHECK(config.list().empty());
        CHECK(config.get("a.b") == std::nullopt);
        CHECK(error_of([&] { (void)config.get("nodot"); }).kind == ErrorKind::usage);
    }
}
