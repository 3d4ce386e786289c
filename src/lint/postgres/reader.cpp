// SPDX-License-Identifier: MIT
#include "lint/postgres/reader.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "lint/postgres/actions.hpp"
#include "lint/postgres/expression.hpp"
#include "lint/postgres/unseen.hpp"
#include "script/postgres/copy_command.hpp"
#include "script/postgres/dialect.hpp"
#include "script/postgres/reader.hpp"
#include "script/postgres/shell.hpp"
#include "script/postgres/statement_kind.hpp"

namespace kedge::lint::postgres {
namespace {

namespace psql = script::postgres;

bool only_reads(const Action& action) {
    switch (action.act) {
        case Act::select:
        case Act::copy_out:
        case Act::begin:
        case Act::commit:
        case Act::rollback:
        case Act::savepoint:
        case Act::rollback_to_savepoint:
        case Act::set:
        case Act::reset:
        case Act::lock:
        case Act::analyze:
            return !action.is_global;
        case Act::create:
            return action.temporary;
        default:
            return false;
    }
}

/// A transaction that can change nothing, and leaves nothing.
class ReadOnly {
  public:
    explicit ReadOnly(db::Connection& connection) : connection_(connection) {
        connection_.begin("READ ONLY");
    }
    ~ReadOnly() { connection_.rollback(); }
    ReadOnly(const ReadOnly&) = delete;
    ReadOnly& operator=(const ReadOnly&) = delete;

  private:
    db::Connection& connection_;
};

/// One walk over a script.
class Walk {
  public:
    explicit Walk(const script::Script& script, ScriptText& out)
        : out_(out),
          variables_(psql::starting_variables(script)),
          reader_(
              script.path, variables_,
              [this](const std::string&) {
                  variables_.meet_unknown();
                  return std::optional<std::string>("");
              },
              [this](std::string_view path) { return shell_.path(path); },
              // The analysis tells of it.
              [](Error error) { static_cast<void>(error); }) {}

    void run() {
        for (;;) {
            const psql::Reader::Item item = reader_.next(false);
            if (item == psql::Reader::Item::statement) {
                statement();
            } else if (item == psql::Reader::Item::command) {
                command();
            } else {
                return;
            }
        }
    }

  private:
    void note_file() {
        if (std::find(out_.files.begin(), out_.files.end(), reader_.path()) == out_.files.end()) {
            out_.files.push_back(reader_.path());
        }
    }

    void statement() {
        note_file();
        const psql::Statement& found = reader_.statement();
        Statement& made = out_.statements.emplace_back();
        made.source.text = found.text;
        made.source.file = reader_.path();
        made.source.origins = found.origins;
        understand(made);
        made.depends_on_client = made.depends_on_client || !reader_.certain() || is_elsewhere_;
        const auto& ending = reader_.ending();
        if (ending.command == psql::MetaCommand::store) {
            variables_.make_unknown_from(ending.arguments.empty() ? "" : ending.arguments.front());
        } else if (ending.command == psql::MetaCommand::execute) {
            made.unseen = Statement::Unseen::any;
        }
        const psql::Tokens head = psql::head_of(found.text);
        if (const auto standard = psql::sets_standard_strings(head)) {
            reader_.set_standard_strings(*standard);
        }
        if (psql::copies_from_client(head)) skip_data();
    }

    void command() {
        note_file();
        out_.has_client_commands = true;
        const psql::MetaCall& call = reader_.call();
        switch (call.command) {
            case psql::MetaCommand::copy: {
                const psql::CopyCommand copy = psql::parse_copy(call.arguments.front());
                if (copy.from && copy.place == psql::CopyCommand::Place::script) skip_data();
                break;
            }
            case psql::MetaCommand::connect:
                is_elsewhere_ = true;
                for (const char* name : {"DBNAME", "USER", "HOST", "PORT"}) {
                    variables_.make_unknown(name);
                }
                break;
            case psql::MetaCommand::change_folder:
                try {
                    shell_.change_folder(call.arguments.empty() ? "" : call.arguments.front());
                } catch (const Failure&) {
                    // The analysis tells of it.
                    return;
                }
                break;
            case psql::MetaCommand::get_environment:
                if (call.arguments.size() == 2) variables_.make_unknown(call.arguments.front());
                break;
            default:
                break;
        }
    }

    void skip_data() {
        for (std::string line; reader_.data_line(line);) {
        }
    }

    ScriptText& out_;
    psql::Variables variables_;
    psql::ScriptShell shell_;
    psql::Reader reader_;
    bool is_elsewhere_ = false;  ///< `\connect` has been met
};

}  // namespace

std::string with_names_for_variables(std::string text) {
    const auto begins_name = [](char c) {
        return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '\'' ||
               c == '"';
    };
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] != ':') continue;
        if (text[i + 1] == ':') {
            ++i;  // a cast
        } else if (begins_name(text[i + 1])) {
            const bool is_quoted = text[i + 1] == '\'' || text[i + 1] == '"';
            text[i] = is_quoted ? ' ' : '_';
        }
    }
    return text;
}

void understand(Statement& statement) {
    ParseTree tree = parse(statement.source.text);
    if (!tree.problem.empty() && statement.source.text.find(':') != std::string::npos) {
        // A variable of psql's that gets its value when the script is deployed.
        const std::string named = with_names_for_variables(statement.source.text);
        ParseTree again = parse(named);
        if (again.problem.empty()) {
            tree = std::move(again);
            statement.depends_on_client = true;
        }
    }
    statement.problem = tree.problem;
    statement.problem_offset = tree.offset;
    for (const Json& item : tree.statements) {
        // The parser counts comments before it to the statement.
        const auto location = static_cast<std::size_t>(number_at(item, "stmt_location"));
        const std::size_t base =
            location +
            psql::Tokens(std::string_view(statement.source.text).substr(location), 1).at(0).offset;
        const Json& node = at(item, "stmt");
        for (Action& action : ActionMaker(statement.source.text, base).make(node)) {
            statement.actions.push_back(std::move(action));
        }
        for (Mention& mention : mentions_in(node, 0)) {
            statement.mentions.push_back(std::move(mention));
        }
    }
    if (!statement.problem.empty()) {
        if (auto made = table_of_unread(statement.source.text)) {
            statement.actions.push_back(std::move(*made));
        }
    }
    statement.unseen = unseen_in(statement);
    statement.writes = !statement.problem.empty() ||
                       !std::all_of(statement.actions.begin(), statement.actions.end(), only_reads);
}

ScriptText PostgresReader::read(const script::Script& script) {
    static const psql::PostgresDialect dialect;
    ScriptText out = looked_over(script, dialect);
    Walk(script, out).run();
    return out;
}

LiveTables PostgresReader::live(db::Connection& connection) const {
    // Until a table is analyzed the server counts only what it saw written.
    LiveTables out = live_tables(
        connection, "SHOW server_version",
        "SELECT n.nspname::text, c.relname::text, "
        "greatest(c.reltuples, s.n_live_tup, 0)::bigint, pg_total_relation_size(c.oid), "
        "pg_get_userbyid(c.relowner)::text "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid "
        "WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT LIKE 'pg\\_%' "
        "AND n.nspname <> 'information_schema'");
    for (const db::Row& row : connection.query(
             "SELECT n.nspname::text, c.relname::text, pn.nspname::text, p.relname::text "
             "FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
             "JOIN pg_namespace n ON n.oid = c.relnamespace "
             "JOIN pg_class p ON p.oid = i.inhparent "
             "JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE p.relkind IN ('r', 'p', "
             "'f')")) {
        out.parents.push_back({Name{db::text_of(row.at(0)), db::text_of(row.at(1))},
                               Name{db::text_of(row.at(2)), db::text_of(row.at(3))}});
    }
    return out;
}

AskTarget PostgresReader::asker(db::Connection& connection) const {
    return [&connection](const std::string& statement) -> std::optional<DryRun> {
        DryRun out;
        // Planning runs functions that are said to be immutable, whatever they do.
        const ReadOnly transaction(connection);
        try {
            const auto rows = connection.query("EXPLAIN (FORMAT JSON) " + statement);
            const Json plans = Json::parse(db::text_of(rows.at(0).at(0)), nullptr, false);
            if (!plans.is_array() || plans.empty()) return out;
            // Above the rows that are found is what changes them, which gives none.
            const Json* plan = &at(plans.front(), "Plan");
            if (text_at(*plan, "Node Type") == "ModifyTable" && at(*plan, "Plans").is_array()) {
                plan = &at(*plan, "Plans").front();
            }
            out.rows = number_at(*plan, "Plan Rows");
        } catch (const Failure& failure) {
            const Error& error = failure.error();
            constexpr std::string_view kReadOnly = "25006";
            if (error.kind == ErrorKind::locked || error.code == kReadOnly) return std::nullopt;
            if (error.kind != ErrorKind::refused) throw;
            out.problem = error.message;
        }
        return out;
    };
}

}  // namespace kedge::lint::postgres
