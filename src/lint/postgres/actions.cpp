// SPDX-License-Identifier: MIT
#include "lint/postgres/actions.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "lint/postgres/expression.hpp"
#include "support/text.hpp"

namespace kedge::lint::postgres {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool has_option(const Json& list, std::string_view name) {
    if (!list.is_array()) return false;
    return std::any_of(list.begin(), list.end(), [&](const Json& item) {
        const Json& element = inside(item, "DefElem");
        if (text_at(element, "defname") != name) return false;
        const Json& argument = at(element, "arg");
        const std::string text = to_lower_ascii(string_of(argument));
        return text != "false" && text != "off" && text != "0";
    });
}

/// The value of a setting as the script has it.
std::string setting_value(const Json& arguments) {
    std::vector<std::string> out;
    if (!arguments.is_array()) return {};
    for (const Json& item : arguments) {
        const Json& constant = inside(item, "A_Const");
        const Json& text = at(constant, "sval");
        const Json& number = at(constant, "ival");
        if (!text.is_null()) {
            out.push_back(text_at(text, "sval"));
        } else if (!number.is_null()) {
            out.push_back(std::to_string(number_at(number, "ival")));
        }
    }
    return join(out, ", ");
}

}  // namespace

Action& ActionMaker::add(Act act, ObjectKind object, Name name) {
    Action& made = out_.emplace_back();
    made.act = act;
    made.object = object;
    made.name = std::move(name);
    made.offset = base_;
    return made;
}

std::size_t ActionMaker::offset_of(const Json& node) const {
    const long location = number_at(node, "location", -1);
    return location < 0 ? base_ : std::min(static_cast<std::size_t>(location), text_.size());
}

std::size_t ActionMaker::find_name(std::string_view name) {
    if (name.empty()) return base_;
    const std::string text = to_lower_ascii(text_);
    const std::string wanted = to_lower_ascii(name);
    for (std::size_t at = text.find(wanted, std::max(found_, base_)); at != text.npos;
         at = text.find(wanted, at + 1)) {
        const std::size_t end = at + wanted.size();
        const bool begins = at == 0 || !is_word(text[at - 1]);
        if (begins && (end == text.size() || !is_word(text[end]))) {
            found_ = end;
            return at;
        }
    }
    return base_;
}

std::string ActionMaker::in_parentheses(std::size_t offset) const {
    const std::size_t begin = text_.find('(', offset);
    if (begin == text_.npos) return {};
    std::size_t depth = 0;
    char quote = 0;
    for (std::size_t i = begin; i < text_.size(); ++i) {
        const char c = text_[i];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && --depth == 0) {
            return std::string(trim(std::string_view(text_).substr(begin + 1, i - begin - 1)));
        }
    }
    return {};
}

std::vector<Action> ActionMaker::make(const Json& node) {
    const std::string type = type_of(node);
    other_statement(type, inside(node, type.c_str()));
    return std::move(out_);
}

void ActionMaker::other_statement(const std::string& type, const Json& node) {
    using Handler = void (ActionMaker::*)(const Json&);
    static const std::map<std::string, Handler> handlers = {
        {"CreateStmt", &ActionMaker::create_table},
        {"CreateTableAsStmt", &ActionMaker::create_table_as},
        {"AlterTableStmt", &ActionMaker::alter_table},
        {"IndexStmt", &ActionMaker::create_index},
        {"DropStmt", &ActionMaker::drop},
        {"RenameStmt", &ActionMaker::rename},
        {"AlterEnumStmt", &ActionMaker::alter_enum},
        {"CreateFunctionStmt", &ActionMaker::create_routine},
        {"GrantStmt", &ActionMaker::grant},
        {"TransactionStmt", &ActionMaker::transaction},
        {"VariableSetStmt", &ActionMaker::setting},
        {"SelectStmt", &ActionMaker::select},
        {"InsertStmt", &ActionMaker::insert},
        {"VacuumStmt", &ActionMaker::vacuum},
        {"ReindexStmt", &ActionMaker::reindex},
    };
    const auto handler = handlers.find(type);
    if (handler != handlers.end()) {
        (this->*handler->second)(node);
    } else if (type == "UpdateStmt" || type == "DeleteStmt" || type == "MergeStmt") {
        const Json& relation = at(node, "relation");
        Action& made = add(type == "UpdateStmt"   ? Act::update
                           : type == "DeleteStmt" ? Act::remove
                                                  : Act::merge,
                           ObjectKind::table, relation_name(relation));
        made.rows.has_where = !at(node, "whereClause").is_null() || type == "MergeStmt";
        for (const Json& item : at(node, "targetList")) {
            made.rows.assigned.push_back(text_at(inside(item, "ResTarget"), "name"));
        }
    } else if (type == "TruncateStmt") {
        for (const Json& item : at(node, "relations")) {
            const Json& relation = inside(item, "RangeVar");
            Action& made = add(Act::truncate, ObjectKind::table, relation_name(relation));
            made.offset = offset_of(relation);
            made.cascade = text_at(node, "behavior") == "DROP_CASCADE";
        }
    } else if (type == "CopyStmt") {
        add(flag_at(node, "is_from") ? Act::copy_in : Act::copy_out, ObjectKind::table,
            relation_name(at(node, "relation")));
    } else if (type == "LockStmt") {
        for (const Json& item : at(node, "relations")) {
            add(Act::lock, ObjectKind::table, relation_name(inside(item, "RangeVar")));
        }
    } else if (type == "ClusterStmt") {
        Action& made = add(Act::cluster, ObjectKind::table, relation_name(at(node, "relation")));
        made.is_whole = made.name.empty();
    } else if (type == "RefreshMatViewStmt") {
        Action& made =
            add(Act::refresh, ObjectKind::materialized_view, relation_name(at(node, "relation")));
        made.concurrently = flag_at(node, "concurrent");
    } else if (type == "CreateRoleStmt" || type == "AlterRoleStmt") {
        role(node, type == "CreateRoleStmt" ? Act::create : Act::alter);
    } else if (type == "DropRoleStmt") {
        add(Act::drop, ObjectKind::role);
    } else if (type == "GrantRoleStmt") {
        Action& made = add(flag_at(node, "is_grant") ? Act::grant : Act::revoke, ObjectKind::role);
        made.with_grant_option = flag_at(node, "admin_opt") || has_option(at(node, "opt"), "admin");
    } else if (type == "DoStmt") {
        add(Act::run_block, ObjectKind::none);
    } else if (type == "CallStmt") {
        add(Act::call, ObjectKind::routine);
    } else if (type == "AlterSystemStmt") {
        add(Act::set, ObjectKind::none, {{}, text_at(at(node, "setstmt"), "name")}).is_global =
            true;
    } else {
        object_statement(type, node);
    }
}

void ActionMaker::transaction(const Json& node) {
    static const std::map<std::string, Act> acts = {
        {"TRANS_STMT_BEGIN", Act::begin},
        {"TRANS_STMT_START", Act::begin},
        {"TRANS_STMT_COMMIT", Act::commit},
        {"TRANS_STMT_ROLLBACK", Act::rollback},
        {"TRANS_STMT_SAVEPOINT", Act::savepoint},
        {"TRANS_STMT_ROLLBACK_TO", Act::rollback_to_savepoint},
    };
    const auto found = acts.find(text_at(node, "kind"));
    add(found == acts.end() ? Act::other : found->second, ObjectKind::none);
}

void ActionMaker::setting(const Json& node) {
    const std::string kind = text_at(node, "kind");
    const bool resets = kind == "VAR_RESET" || kind == "VAR_RESET_ALL" || kind == "VAR_SET_DEFAULT";
    Action& made =
        add(resets ? Act::reset : Act::set, ObjectKind::none, {{}, text_at(node, "name")});
    made.text = setting_value(at(node, "args"));
    made.is_local = flag_at(node, "is_local");
}

/// `set_config('search_path', …)` is SET search_path.
void ActionMaker::setting_by_call(const Json& call) {
    const std::vector<std::string> name = strings_of(at(call, "funcname"));
    const Json& arguments = at(call, "args");
    if (name.empty() || name.back() != "set_config" || !arguments.is_array() ||
        arguments.size() < 2) {
        return;
    }
    Action& made =
        add(Act::set, ObjectKind::none, {{}, setting_value(Json::array({arguments.at(0)}))});
    made.text = setting_value(Json::array({arguments.at(1)}));
}

void ActionMaker::select(const Json& node) {
    const Json& into = at(at(node, "intoClause"), "rel");
    if (!into.is_null()) {
        Action& made = add(Act::create, ObjectKind::table, relation_name(into));
        made.temporary = text_at(into, "relpersistence") == "t";
        made.from_query = true;
        return;
    }
    Action& made = add(Act::select, ObjectKind::none);
    made.rows.has_from = at(node, "fromClause").is_array();
    made.rows.has_where = !at(node, "whereClause").is_null();
    made.rows.has_limit = !at(node, "limitCount").is_null();
    made.rows.has_order = at(node, "sortClause").is_array();
    for (const Json& item : at(node, "targetList")) {
        setting_by_call(inside(at(inside(item, "ResTarget"), "val"), "FuncCall"));
    }
}

void ActionMaker::insert(const Json& node) {
    Action& made = add(Act::insert, ObjectKind::table, relation_name(at(node, "relation")));
    made.rows.has_columns = at(node, "cols").is_array();
    made.rows.on_conflict = !at(node, "onConflictClause").is_null();
    const Json& select = inside(at(node, "selectStmt"), "SelectStmt");
    const Json& values = at(select, "valuesLists");
    made.rows.rows = values.is_array() ? values.size() : 0;
    made.rows.from_query = !select.is_null() && !values.is_array();
    // INSERT … DEFAULT VALUES needs no names.
    if (at(node, "selectStmt").is_null()) made.rows.has_columns = true;
    for (const Json& item : at(node, "cols")) {
        made.rows.assigned.push_back(text_at(inside(item, "ResTarget"), "name"));
    }
}

void ActionMaker::vacuum(const Json& node) {
    const bool is_vacuum = flag_at(node, "is_vacuumcmd");
    const bool full = is_vacuum && has_option(at(node, "options"), "full");
    const Json& relations = at(node, "rels");
    if (!relations.is_array()) {
        Action& made = add(is_vacuum ? Act::vacuum : Act::analyze, ObjectKind::none);
        made.full = full;
        made.is_whole = true;
        return;
    }
    for (const Json& item : relations) {
        const Json& relation = at(inside(item, "VacuumRelation"), "relation");
        Action& made =
            add(is_vacuum ? Act::vacuum : Act::analyze, ObjectKind::table, relation_name(relation));
        made.full = full;
    }
}

void ActionMaker::reindex(const Json& node) {
    static const std::map<std::string, ObjectKind> kinds = {
        {"REINDEX_OBJECT_INDEX", ObjectKind::index},
        {"REINDEX_OBJECT_TABLE", ObjectKind::table},
        {"REINDEX_OBJECT_SCHEMA", ObjectKind::schema},
        {"REINDEX_OBJECT_SYSTEM", ObjectKind::database},
        {"REINDEX_OBJECT_DATABASE", ObjectKind::database},
    };
    const auto kind = kinds.find(text_at(node, "kind"));
    Action& made = add(Act::reindex, kind == kinds.end() ? ObjectKind::index : kind->second,
                       relation_name(at(node, "relation")));
    if (made.name.empty()) made.name.name = text_at(node, "name");
    made.concurrently = has_option(at(node, "params"), "concurrently");
}

}  // namespace kedge::lint::postgres
