// SPDX-License-Identifier: MIT
// What shows, by its definition, what became of statements that commit by themselves.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "script/mysql/dialect.hpp"
#include "script/mysql/looks.hpp"
#include "script/mysql/statement_kind.hpp"
#include "support/text.hpp"

namespace kedge::script::mysql {
namespace {

constexpr std::size_t kMostTokens = 20000;

/// A statement that is looked at, and how far.
struct Reading {
    std::string_view statement;
    Tokens tokens;
    std::size_t at = 0;

    [[nodiscard]] const Token& here() const { return tokens.at(at); }
    [[nodiscard]] bool starts(std::initializer_list<std::string_view> words) const {
        return tokens.match(at, words);
    }
    /// Steps over the words if they are here.
    bool take(std::initializer_list<std::string_view> words) {
        if (!starts(words)) return false;
        at += words.size();
        return true;
    }
    [[nodiscard]] ObjectName name() { return name_at(tokens, at); }
    [[nodiscard]] std::string account() { return account_at(statement, tokens, at); }
    [[nodiscard]] std::vector<ObjectName> names() {
        std::vector<ObjectName> out;
        do {
            out.push_back(name());
        } while (take({","}));
        return out;
    }
    [[nodiscard]] std::vector<std::string> accounts() {
        std::vector<std::string> out;
        do {
            out.push_back(account());
        } while (take({","}));
        return out;
    }
};

std::optional<Settlement> settled_by(std::vector<Look> looks) {
    std::vector<std::string> subjects;
    for (const Look& look : looks) subjects.push_back(look.subject);
    Settlement out;
    out.subject = join(subjects, ", ");
    out.looks = std::move(looks);
    return out;
}

std::optional<Settlement> unknowable(std::string subject) {
    Settlement out;
    out.subject = std::move(subject);
    out.is_unknowable = true;
    return out;
}

template <typename Names, typename Make>
std::vector<Look> looks_at(const Names& names, Make make) {
    std::vector<Look> out;
    for (const auto& name : names) {
        Look look = make(name);
        const bool is_new = std::none_of(
            out.begin(), out.end(), [&](const Look& known) { return known.query == look.query; });
        if (is_new) out.push_back(std::move(look));
    }
    return out;
}

std::optional<Settlement> alter_table(Reading reading) {
    static_cast<void>(reading.take({"IF", "EXISTS"}));
    std::vector<ObjectName> names = {reading.name()};
    bool shows_nothing = false;
    const Tokens& tokens = reading.tokens;
    for (std::size_t at = reading.at; at < tokens.size(); ++at) {
        if (tokens.at(at).depth > 0) continue;
        std::size_t next = at + 1;
        if (tokens.at(at).is("RENAME") &&
            !tokens.at(next).is_any({"COLUMN", "INDEX", "KEY", "CONSTRAINT"})) {
            tokens.skip(next, {"TO", "AS", "="});
            names.push_back(name_at(tokens, next));
        } else if (tokens.match(at, {"EXCHANGE", "PARTITION"})) {
            // The definitions stay; what changes places are the rows.
            shows_nothing = true;
            next = tokens.find("TABLE", at) + 1;
            names.push_back(name_at(tokens, next));
        } else if (tokens.match(at, {"CONVERT", "PARTITION"})) {
            next = tokens.find("TABLE", at) + 1;
            names.push_back(name_at(tokens, next));
        } else if (tokens.match(at, {"CONVERT", "TABLE"})) {
            next = at + 2;
            names.push_back(name_at(tokens, next));
        } else if (tokens.match(at, {"IMPORT", "TABLESPACE"}) ||
                   tokens.match(at, {"DISCARD", "TABLESPACE"})) {
            shows_nothing = true;
        }
    }
    auto out = settled_by(looks_at(names, table_look));
    out->is_unknowable = shows_nothing;
    out->looks_may_miss = tokens.has("TRUNCATE");
    return out;
}

std::optional<Settlement> rename_tables(Reading reading) {
    static_cast<void>(reading.take({"IF", "EXISTS"}));
    std::vector<ObjectName> names;
    std::vector<ObjectName> passing;  // named on the way alone: there neither before nor after
    std::vector<ObjectName> swapped;  // there before and after, and perhaps the same to look at
    do {
        const ObjectName from = reading.name();
        const Tokens& tokens = reading.tokens;
        if (reading.here().is("WAIT")) ++reading.at;
        while (reading.at < tokens.size() && !reading.here().is("TO")) ++reading.at;
        ++reading.at;
        const ObjectName to = reading.name();
        const auto known = [&](const ObjectName& name) {
            return std::find(names.begin(), names.end(), name) != names.end();
        };
        if (known(from)) passing.push_back(from);
        if (known(to)) swapped.push_back(to);
        names.push_back(from);
        names.push_back(to);
    } while (reading.take({","}));
    const auto leave_out = [&](const std::vector<ObjectName>& others) {
        std::erase_if(names, [&](const ObjectName& name) {
            return std::find(others.begin(), others.end(), name) != others.end();
        });
    };
    leave_out(passing);
    const std::vector<ObjectName> all = names;
    leave_out(swapped);
    // Where all have changed places nothing else shows it.
    auto out = settled_by(looks_at(names.empty() ? all : names, table_look));
    out->is_unknowable = names.empty();
    return out;
}

/// Of the accounts that CREATE, ALTER and DROP USER begin with.
std::optional<Settlement> users(Reading reading) {
    std::vector<std::string> accounts = {reading.account()};
    const Tokens& tokens = reading.tokens;
    // Behind these stand commas that part no accounts.
    while (reading.at < tokens.size() &&
           !reading.here().is_any(
               {"DEFAULT", "REQUIRE", "WITH", "PASSWORD", "ACCOUNT", "COMMENT", "ATTRIBUTE"})) {
        const bool parts = reading.here().depth == 0 && reading.here().is(",");
        ++reading.at;
        if (parts) accounts.push_back(reading.account());
    }
    return settled_by(looks_at(accounts, user_look));
}

std::optional<Settlement> revoke(Reading reading) {
    if (reading.take({"IF", "EXISTS"})) return std::nullopt;
    const Tokens& tokens = reading.tokens;
    for (std::size_t from = tokens.find("FROM", reading.at); from < tokens.size();
         from = tokens.find("FROM", from + 1)) {
        reading.at = from + 1;
    }
    return settled_by(looks_at(reading.accounts(), grants_look));
}

std::optional<Settlement> files_of(Reading reading, std::string_view kind,
                                   std::string_view column) {
    std::vector<std::string> names = {reading.name().name};
    const std::size_t rename = reading.tokens.find("RENAME");
    if (rename < reading.tokens.size()) names.push_back(reading.tokens.at(rename + 2).raw);
    return settled_by(looks_at(names, [&](const std::string& name) {
        return row_look(kind, "FILE_NAME", "information_schema.FILES", column, name);
    }));
}

std::optional<Settlement> plugins(Reading reading) {
    if (reading.take({"PLUGIN"})) {
        if (reading.take({"IF", "NOT", "EXISTS"}) || reading.take({"IF", "EXISTS"})) {
            return std::nullopt;
        }
        return settled_by({row_look("plugin", "PLUGIN_STATUS", "information_schema.PLUGINS",
                                    "PLUGIN_NAME", reading.name().name)});
    }
    if (reading.take({"COMPONENT"})) {
        std::vector<std::string> names;
        do {
            names.push_back(reading.here().raw);
            ++reading.at;
        } while (reading.take({","}));
        return settled_by(looks_at(names, [](const std::string& name) {
            return row_look("component", "component_urn", "mysql.component", "component_urn", name);
        }));
    }
    return unknowable("plugins of a library");
}

/// How CREATE, ALTER and DROP are about the kind of thing at the place of reading; nothing where
/// it's none of those that `SHOW CREATE` shows by one word.
std::optional<std::string> shown_kind(Reading& reading) {
    if (reading.take({"PACKAGE", "BODY"})) return "PACKAGE BODY";
    if (reading.take({"SCHEMA"})) return "DATABASE";
    for (const std::string_view kind : {"VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT",
                                        "SEQUENCE", "DATABASE", "PACKAGE", "LIBRARY"}) {
        if (reading.take({kind})) return std::string(kind);
    }
    return std::nullopt;
}

/// What of the server's own tables shows the thing at the place of reading.
std::optional<Settlement> in_catalog(Reading reading) {
    const auto settled = [](Look look) { return settled_by({std::move(look)}); };
    if (reading.take({"SERVER"})) {
        static_cast<void>(reading.take({"IF", "EXISTS"}));
        return settled(row_look("server", "*", "mysql.servers", "Server_name", reading.here().raw));
    }
    if (reading.take({"TABLESPACE"}) || reading.take({"UNDO", "TABLESPACE"})) {
        return files_of(reading, "tablespace", "TABLESPACE_NAME");
    }
    if (reading.take({"LOGFILE", "GROUP"})) {
        return files_of(reading, "logfile group", "LOGFILE_GROUP_NAME");
    }
    if (reading.take({"RESOURCE", "GROUP"})) {
        return settled(row_look("resource group", "*", "information_schema.RESOURCE_GROUPS",
                                "RESOURCE_GROUP_NAME", reading.here().raw));
    }
    if (reading.take({"SPATIAL", "REFERENCE", "SYSTEM"})) {
        return settled(row_look("spatial reference system", "*",
                                "information_schema.ST_SPATIAL_REFERENCE_SYSTEMS", "SRS_ID",
                                reading.here().raw));
    }
    return unknowable(title_of(reading.tokens));
}

/// To behind all that may stand between CREATE, ALTER or DROP and the kind of thing.
void skip_to_kind(Reading& reading) {
    const Tokens& tokens = reading.tokens;
    ++reading.at;
    for (std::size_t before = 0; before != reading.at;) {
        before = reading.at;
        tokens.skip(reading.at, {"OR", "REPLACE", "UNIQUE", "FULLTEXT", "VECTOR", "ONLINE",
                                 "OFFLINE", "IGNORE", "AGGREGATE"});
        if (reading.starts({"SPATIAL", "INDEX"})) ++reading.at;
        if (reading.take({"IF", "NOT", "EXISTS"})) continue;
        if (reading.take({"ALGORITHM"})) reading.at += 2;
        if (reading.take({"SQL", "SECURITY"})) ++reading.at;
        if (!reading.take({"DEFINER", "="})) continue;
        static_cast<void>(reading.account());
        if (reading.take({"("})) ++reading.at;
    }
}

/// `CREATE FUNCTION … RETURNS … SONAME`: a function out of a library.
bool is_loadable(const Reading& reading) {
    return reading.tokens.match(reading.at + 1, {"RETURNS"}) &&
           reading.tokens.match(reading.at + 3, {"SONAME"});
}

std::optional<Settlement> create(Reading reading) {
    const Tokens& tokens = reading.tokens;
    const bool replaces = tokens.match(1, {"OR", "REPLACE"});
    skip_to_kind(reading);
    const auto unless_there = [&] { return reading.take({"IF", "NOT", "EXISTS"}); };
    if (reading.take({"TABLE"})) {
        if (unless_there()) return std::nullopt;
        auto out = settled_by({table_look(reading.name())});
        out->looks_may_miss = replaces;
        return out;
    }
    if (reading.take({"INDEX"})) {
        if (replaces || unless_there()) return std::nullopt;
        reading.at = tokens.find("ON", reading.at) + 1;
        return settled_by({table_look(reading.name())});
    }
    // What is replaced is made the same once more.
    if (replaces) return std::nullopt;
    if (reading.take({"USER"})) return unless_there() ? std::nullopt : users(reading);
    if (reading.take({"ROLE"})) {
        if (unless_there()) return std::nullopt;
        return settled_by(looks_at(reading.accounts(), grants_look));
    }
    if (const auto kind = shown_kind(reading)) {
        if (unless_there()) return std::nullopt;
        if (*kind == "FUNCTION" && is_loadable(reading)) {
            return settled_by(
                {row_look("function", "*", "mysql.func", "name", reading.here().raw)});
        }
        return settled_by({shown_look(*kind, reading.name())});
    }
    if (tokens.has("NOT") && tokens.match(tokens.find("NOT") - 1, {"IF", "NOT", "EXISTS"})) {
        return std::nullopt;
    }
    return in_catalog(reading);
}

std::optional<Settlement> alter(Reading reading) {
    skip_to_kind(reading);
    const Tokens& tokens = reading.tokens;
    if (reading.take({"TABLE"})) return alter_table(reading);
    if (reading.take({"USER"})) {
        static_cast<void>(reading.take({"IF", "EXISTS"}));
        // All else that it does, it may do twice.
        const bool once = std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
            return token.is_any({"RETAIN", "REPLACE", "RANDOM", "ADD", "DROP", "MODIFY"});
        });
        return once ? users(reading) : std::nullopt;
    }
    const std::size_t rename = tokens.find("RENAME", reading.at);
    if (rename == tokens.size()) return std::nullopt;
    if (reading.take({"EVENT"})) {
        const ObjectName before = reading.name();
        std::size_t at = rename + 2;
        const ObjectName after = name_at(tokens, at);
        return settled_by({shown_look("EVENT", before), shown_look("EVENT", after)});
    }
    return in_catalog(reading);
}

std::optional<Settlement> drop(Reading reading) {
    skip_to_kind(reading);
    const Tokens& tokens = reading.tokens;
    const auto if_there = [&] { return reading.take({"IF", "EXISTS"}); };
    if (reading.take({"TABLE"}) || reading.take({"TABLES"})) {
        return if_there() ? std::nullopt : settled_by(looks_at(reading.names(), table_look));
    }
    if (reading.take({"INDEX"})) {
        if (if_there()) return std::nullopt;
        reading.at = tokens.find("ON", reading.at) + 1;
        return settled_by({table_look(reading.name())});
    }
    if (reading.take({"USER"})) {
        return if_there() ? std::nullopt : settled_by(looks_at(reading.accounts(), user_look));
    }
    if (reading.take({"ROLE"})) {
        return if_there() ? std::nullopt : settled_by(looks_at(reading.accounts(), grants_look));
    }
    if (const auto kind = shown_kind(reading)) {
        if (if_there()) return std::nullopt;
        return settled_by(looks_at(
            reading.names(), [&](const ObjectName& name) { return shown_look(*kind, name); }));
    }
    if (tokens.match(reading.at + 1, {"IF", "EXISTS"}) ||
        tokens.match(reading.at + 3, {"IF", "EXISTS"})) {
        return std::nullopt;
    }
    return in_catalog(reading);
}

std::optional<Settlement> rename_users(Reading reading) {
    std::vector<std::string> accounts;
    do {
        accounts.push_back(reading.account());
        static_cast<void>(reading.take({"TO"}));
        accounts.push_back(reading.account());
    } while (reading.take({","}));
    return settled_by(looks_at(accounts, user_look));
}

}  // namespace

std::optional<Settlement> MysqlDialect::settlement(std::string_view statement) const {
    Reading reading{statement, Tokens(statement, kMostTokens)};
    const Tokens& tokens = reading.tokens;
    const Control control = control_of(tokens);
    // What may commit by itself may have done so any number of times.
    if (control == Control::opaque) return unknowable(title_of(tokens));
    if (control != Control::outside) return std::nullopt;
    if (reading.take({"SET", "STATEMENT"})) reading.at = tokens.find("FOR") + 1;
    if (reading.starts({"CREATE"})) return create(reading);
    if (reading.starts({"ALTER"})) return alter(reading);
    if (reading.starts({"DROP"})) return drop(reading);
    if (reading.take({"RENAME", "USER"})) return rename_users(reading);
    if (reading.take({"RENAME", "TABLE"}) || reading.take({"RENAME", "TABLES"})) {
        return rename_tables(reading);
    }
    if (reading.take({"TRUNCATE"})) {
        static_cast<void>(reading.take({"TABLE"}));
        auto out = settled_by({table_time_look(reading.name())});
        out->looks_may_miss = true;
        return out;
    }
    if (reading.take({"REVOKE"})) return revoke(reading);
    if (reading.take({"INSTALL"}) || reading.take({"UNINSTALL"})) return plugins(reading);
    if (reading.here().is_any({"SHUTDOWN", "RESTART", "CLONE", "IMPORT", "XA"})) {
        return unknowable(title_of(tokens));
    }
    return std::nullopt;
}

}  // namespace kedge::script::mysql
