// SPDX-License-Identifier: MIT
// Looks scripts over with all rules, change by change in the plan's order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lint/reader.hpp"
#include "lint/rule.hpp"
#include "lint/settings.hpp"
#include "support/error.hpp"

namespace kedge::lint {

/// What a rule has found, with all that a report says of it.
struct Finding {
    const Rule* rule = nullptr;
    Severity severity = Severity::warning;
    std::string change;
    std::string subject;
    std::string message;
    std::string effect;
    std::string estimate;  ///< `orders has about 2.1 million rows`; empty without a target
    std::string recipe;
    Location where;
    std::string source_line;
    std::string allowed;  ///< the reason why it is no matter, by an exception; empty: none
    /// Of its statement; 0 where it is about no single one.
    std::size_t first_line = 0;
    std::size_t last_line = 0;
};

/// Where the scripts of a change are.
struct ChangeFiles {
    std::string name;
    Location planned;
    script::Script deploy;
    script::Script revert;
    script::Script verify;
    std::string is_before;  ///< as in ChangeScripts
    bool is_reworked = false;
    bool is_file = false;  ///< a file that is no change's: it has no other scripts
};

/// Reads the changes of a plan in its order, and looks at those that it is asked to.
class Linter {
  public:
    /// All outlive the linter. `live` is null without a target, `ask` empty.
    Linter(Engine engine, const Settings& settings, const LiveTables* live, AskTarget ask = {});

    /// A change that is not looked at; later ones build on it. What isn't on the target yet is no
    /// matter that one can ask it about.
    void pass(const ChangeFiles& files, bool is_on_target = false);
    /// Its findings, in the order of the scripts and their lines, those that are allowed as well.
    /// Failure (script) for a file that is there and can't be read.
    [[nodiscard]] std::vector<Finding> look(const ChangeFiles& files);

  private:
    struct Work;
    [[nodiscard]] std::optional<DryRun> ask(const Statement& statement) const;
    [[nodiscard]] bool names_altered(const Statement& statement) const;
    void note_altered(const Statement& statement);
    void note_altered(const Name& name);
    [[nodiscard]] ScriptText read(const script::Script& script);
    [[nodiscard]] Scene scene_of(const Work& work, const ScriptText& script) const;
    void look_at(Work& work, const ScriptText& script);
    void check(Work& work, Scope scope, const Scene& scene);
    static void sort_by_place(Work& work);
    void apply_exceptions(Work& work, const ScriptText& script);
    void add(Work& work, const Rule& rule, const Scene& scene, Hit hit);

    Engine engine_;
    const Settings& settings_;
    const LiveTables* live_;
    std::unique_ptr<Reader> reader_;
    AskTarget ask_;
    std::vector<Name> altered_;  ///< by scripts that the target hasn't run yet
    bool is_uncertain_ = false;  ///< one of them may have altered anything
    KnownSchema schema_;
    std::map<Scope, std::vector<const Rule*>> rules_;  ///< those of the engine that are on
};

}  // namespace kedge::lint
