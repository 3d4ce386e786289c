// SPDX-License-Identifier: MIT
// What a rule is. All of them are in one table (rules/table.hpp): what a rule says, the examples
// that prove it, and its page in the manual are one entry there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lint/action.hpp"
#include "lint/exceptions.hpp"
#include "lint/known_schema.hpp"
#include "lint/live.hpp"
#include "lint/reader.hpp"
#include "support/error.hpp"

namespace kedge::lint {

enum class Severity { off, note, warning, error };

[[nodiscard]] const char* severity_word(Severity severity) noexcept;
/// Nothing for another word.
[[nodiscard]] std::optional<Severity> severity_by_word(std::string_view word) noexcept;

/// A set of engines.
class Engines {
  public:
    // NOLINTNEXTLINE(google-explicit-constructor): one engine is a set, too
    constexpr Engines(Engine engine) : bits_(static_cast<unsigned>(engine)) {}
    [[nodiscard]] constexpr bool has(Engine engine) const noexcept {
        return (bits_ & static_cast<unsigned>(engine)) != 0;
    }
    friend constexpr Engines operator|(Engines a, Engines b) {
        a.bits_ |= b.bits_;
        return a;
    }

  private:
    unsigned bits_;
};

inline constexpr Engines kPg = Engine::pg;
inline constexpr Engines kMysql = Engine::mysql;
inline constexpr Engines kSqlite = Engine::sqlite;
inline constexpr Engines kAll = kPg | kMysql | kSqlite;

/// The scripts of a change.
struct ChangeScripts {
    std::string name;
    Location planned;  ///< its line in the plan
    ScriptText deploy;
    ScriptText revert;
    ScriptText verify;
    /// A change behind it in the plan that is there already, deployed or in the older plan, while
    /// this one is not; empty: none.
    std::string is_before;
    bool is_reworked = false;  ///< a later change reworks it
    bool is_file = false;      ///< no change: a file that has no other scripts
};

/// The parameters of a rule, from the configuration.
class Parameters {
  public:
    void set(const std::string& key, std::string value) {
        values_[key].push_back(std::move(value));
    }
    /// The last value; nothing where there is none.
    [[nodiscard]] std::optional<std::string> get(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> all(std::string_view key) const;
    [[nodiscard]] const auto& values() const noexcept { return values_; }

  private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

struct Rule;

/// What a rule looks at, and what is known around it. `statement` and `action` are null for a rule
/// that looks at more than one.
struct Scene {
    Engine engine = Engine::pg;
    const ServerVersion& version;
    const ChangeScripts& change;
    const ScriptText& script;
    const Statement* statement = nullptr;
    const Action* action = nullptr;
    const KnownSchema& schema;  ///< before the statement
    const LiveTables* live = nullptr;
    const DryRun* dry_run = nullptr;  ///< of the statement; null where it wasn't asked
    /// Of the script, each with whether it was used; for Scope::exceptions.
    const std::vector<Exception>* exceptions = nullptr;
    const Rule* rule = nullptr;              ///< whose check this is
    const Parameters* parameters = nullptr;  ///< those of the configuration; see parameter()

    /// The parameter's value by the configuration, else the rule's preset; empty for none.
    [[nodiscard]] std::string parameter(std::string_view key) const;
    /// So, as a number; 0 for what is none.
    [[nodiscard]] std::int64_t number(std::string_view key) const;
    /// All its values, where the configuration may give several.
    [[nodiscard]] std::vector<std::string> list(std::string_view key) const;
    /// Made earlier in the same change, or temporary: nobody else can see it, and it is empty.
    [[nodiscard]] bool is_new(const Name& table) const noexcept {
        return schema.is_new_table(table);
    }
};

/// What a rule has to say.
struct Hit {
    std::string subject;     ///< `table public.orders`
    std::string message;     ///< what is wrong, a line
    std::string effect;      ///< what would happen: which lock, a rewrite or not; may be empty
    std::string recipe;      ///< the safe way, as SQL that is ready; may be empty
    std::size_t offset = 0;  ///< in the statement
    std::optional<Location> where;  ///< where that is said in another way
    Name table = {};                ///< the one whose size decides how bad it is; empty for none
    std::optional<Severity> severity = std::nullopt;  ///< another than the rule's
};

using Hits = std::vector<Hit>;

inline constexpr std::string_view kNoScript = "(none)";

/// A change for a rule to look at, in examples and their tests.
struct Sample {
    std::string_view deploy;
    std::string_view earlier = {};     ///< deployed by a change before it
    std::string_view is_before = {};   ///< a change behind it that is there already
    std::string_view live = {};        ///< of a target: table, rows and owner, a line each
    std::string_view refused = {};     ///< what a target says to each statement; empty: it takes it
    std::string_view revert = {};      ///< kNoScript: there is no such file
    std::string_view verify = {};      ///< so too
    std::string_view parameters = {};  ///< of the rule: `key = value`, a line each
    std::string_view version = {};     ///< of the server
};

/// A change that a rule speaks of, and one that is close to it and well.
struct Example {
    Engine engine = Engine::pg;
    Sample triggers;
    Sample near_miss;
};

struct Parameter {
    std::string_view key;
    std::string_view preset;  ///< the value without one in the configuration; empty for none
    std::string_view meaning;
};

/// What a rule's check is called for.
enum class Scope {
    action,      ///< each action of each statement
    statement,   ///< each statement
    script,      ///< each script
    change,      ///< each change, all of its scripts read
    exceptions,  ///< each script, after all other rules
};

/// In which scripts a rule looks; of no concern to Scope::change.
struct Purposes {
    bool deploy = true;
    bool revert = false;
    bool verify = false;
};
inline constexpr Purposes kDeploy{true, false, false};
inline constexpr Purposes kDeployAndRevert{true, true, false};
inline constexpr Purposes kAllScripts{true, true, true};
inline constexpr Purposes kVerify{false, false, true};

/// An entry of the table.
struct Rule {
    std::string_view id;  ///< kebab-case; never changed once it is released
    Engines engines;
    Severity severity = Severity::warning;
    bool is_on = true;  ///< without a word in the configuration
    /// With a target, the size of the table decides: a large one makes it an error, any other a
    /// warning.
    bool by_size = false;
    std::string_view title = {};    ///< what it speaks of, a line
    std::string_view why = {};      ///< why that matters; sentences
    std::string_view instead = {};  ///< the safe way; sentences
    std::string_view link = {};     ///< where that is documented
    std::vector<Parameter> parameters = {};
    Scope scope = Scope::action;
    Purposes purposes = kDeploy;
    Hits (*check)(const Scene& scene) = nullptr;
    std::vector<Example> examples = {};  ///< at least one for each of its engines
};

}  // namespace kedge::lint
