// SPDX-License-Identifier: MIT
#include <utility>

#include "lint/mysql/actions.hpp"
#include "support/text.hpp"

namespace kedge::lint::mysql {

Action& ActionMaker::table_act(Act act, std::string part) {
    Action& made = add(act, ObjectKind::table, table_);
    made.part = std::move(part);
    made.ignores_errors = ignores_errors_;
    return made;
}

void ActionMaker::add_index(Index index, std::size_t offset) {
    Action& made = table_act(Act::create, index.name);
    made.object = ObjectKind::index;
    made.offset = offset;
    made.index = std::move(index);
}

void ActionMaker::add_constraint(Constraint constraint, std::size_t offset) {
    Action& made = table_act(Act::add_constraint, constraint.name);
    made.offset = offset;
    made.constraints.push_back(std::move(constraint));
}

void ActionMaker::alter_table() {
    const bool is_lenient = if_exists();
    table_at_ = cursor_.offset();
    if (!cursor_.is_name()) not_understood();
    table_ = cursor_.take_name();
    if (cursor_.take({"WAIT"})) cursor_.step();
    cursor_.take({"NOWAIT"});
    const std::size_t first = out_.size();
    std::string algorithm;
    std::string lock;
    while (!cursor_.done()) {
        const std::size_t before = cursor_.at();
        if (cursor_.take({"ALGORITHM"})) {
            cursor_.skip_equals();
            algorithm = to_upper_ascii(cursor_.take_raw());
        } else if (cursor_.take({"LOCK"})) {
            cursor_.skip_equals();
            lock = to_upper_ascii(cursor_.take_raw());
        } else {
            clause();
        }
        cursor_.take({","});
        if (cursor_.at() == before) {
            not_understood();
            cursor_.step();
            cursor_.skip_part(0);
            cursor_.take({","});
        }
    }
    if (out_.size() == first) table_act(Act::alter).offset = table_at_;
    for (std::size_t i = first; i < out_.size(); ++i) {
        out_[i].algorithm = algorithm;
        out_[i].lock = lock;
        out_[i].if_exists = out_[i].if_exists || is_lenient;
    }
}

void ActionMaker::clause() {
    if (cursor_.take({"ADD"})) {
        add_clause();
    } else if (cursor_.take({"DROP"})) {
        drop_clause();
    } else if (cursor_.take({"ALTER"})) {
        alter_clause();
    } else if (cursor_.take({"CHANGE"})) {
        change_clause(true);
    } else if (cursor_.take({"MODIFY"})) {
        change_clause(false);
    } else if (cursor_.take({"RENAME"})) {
        rename_clause();
    } else if (cursor_.take({"CONVERT"})) {
        convert_clause();
    } else if (cursor_.here().is_any({"TRUNCATE", "COALESCE", "REORGANIZE", "EXCHANGE", "ANALYZE",
                                      "CHECK", "OPTIMIZE", "REBUILD", "REPAIR", "DISCARD", "IMPORT",
                                      "PARTITION", "REMOVE", "UPGRADE"})) {
        const std::string word = cursor_.here().text;
        cursor_.step();
        partition_clause(word);
    } else if (!option_clause()) {
        not_understood();
        cursor_.step();
        cursor_.skip_part(0);
    }
}

void ActionMaker::add_clause() {
    const std::size_t offset = cursor_.offset();
    if (starts_index()) {
        add_index(index(), offset);
    } else if (starts_constraint()) {
        add_constraint(constraint(), offset);
    } else if (cursor_.take({"PARTITION"})) {
        Action& made = table_act(Act::alter);
        made.text = "ADD PARTITION";
        made.if_not_exists = if_not_exists();
        cursor_.skip({"NO_WRITE_TO_BINLOG", "LOCAL"});
        while (!cursor_.done() && !(cursor_.here().depth == 0 && cursor_.here().is(","))) {
            cursor_.step();
        }
    } else if (cursor_.take({"SYSTEM", "VERSIONING"}) || cursor_.take({"PERIOD", "FOR"})) {
        table_act(Act::alter).text = "ADD SYSTEM VERSIONING";
        cursor_.skip_part(0);
    } else {
        add_columns();
    }
}

void ActionMaker::add_columns() {
    cursor_.take({"COLUMN"});
    const bool is_lenient = if_not_exists();
    const auto add_one = [&] {
        Column made = column();
        Action& action = table_act(Act::add_column, made.name);
        action.offset = made.offset;
        action.if_not_exists = is_lenient;
        action.columns.push_back(std::move(made));
    };
    if (!cursor_.here().is("(")) {
        add_one();
        return;
    }
    const std::size_t depth = cursor_.here().depth + 1;
    cursor_.step();
    while (!cursor_.done() && cursor_.here().depth >= depth) {
        const std::size_t before = cursor_.at();
        const std::size_t offset = cursor_.offset();
        if (starts_index() || starts_constraint()) {
            Action element;
            table_element(element);
            for (Index& index : element.indexes) add_index(std::move(index), offset);
            for (Constraint& each : element.constraints) add_constraint(std::move(each), offset);
        } else {
            add_one();
        }
        cursor_.skip_part(depth);
        cursor_.take({","});
        if (cursor_.at() == before) cursor_.step();
    }
    if (!cursor_.take({")"})) not_understood();
}

void ActionMaker::drop_clause() {
    const auto part = [&](Act act, ObjectKind object) {
        const bool is_lenient = if_exists();
        const std::size_t offset = cursor_.offset();
        if (!cursor_.is_name()) not_understood();
        Action& made = table_act(act, cursor_.take_raw());
        made.object = object;
        made.offset = offset;
        made.if_exists = is_lenient;
    };
    if (cursor_.take({"PRIMARY", "KEY"})) {
        table_act(Act::drop_constraint, "PRIMARY").drops = ConstraintKind::primary_key;
    } else if (cursor_.take({"FOREIGN", "KEY"})) {
        part(Act::drop_constraint, ObjectKind::table);
        out_.back().drops = ConstraintKind::foreign_key;
    } else if (cursor_.take({"CHECK"})) {
        part(Act::drop_constraint, ObjectKind::table);
        out_.back().drops = ConstraintKind::check;
    } else if (cursor_.take({"CONSTRAINT"})) {
        part(Act::drop_constraint, ObjectKind::table);
    } else if (cursor_.take_any({"INDEX", "KEY"})) {
        part(Act::drop, ObjectKind::index);
        if (out_.back().part == "PRIMARY") {
            out_.back().act = Act::drop_constraint;
            out_.back().object = ObjectKind::table;
            out_.back().drops = ConstraintKind::primary_key;
        }
    } else if (cursor_.take({"PARTITION"})) {
        drop_partitions();
    } else if (cursor_.take({"SYSTEM", "VERSIONING"}) || cursor_.take({"PERIOD", "FOR"})) {
        table_act(Act::alter).text = "DROP SYSTEM VERSIONING";
        cursor_.skip_part(0);
    } else {
        cursor_.take({"COLUMN"});
        part(Act::drop_column, ObjectKind::table);
    }
    // Both are taken, and do nothing.
    cursor_.take_any({"RESTRICT", "CASCADE"});
}

void ActionMaker::drop_partitions() {
    const bool is_lenient = if_exists();
    do {
        const std::size_t offset = cursor_.offset();
        if (!cursor_.is_name()) not_understood();
        Action& made = table_act(Act::drop_partition, cursor_.take_raw());
        made.offset = offset;
        made.if_exists = is_lenient;
    } while (cursor_.take({","}));
}

void ActionMaker::alter_clause() {
    if (cursor_.take({"INDEX"}) || cursor_.take({"KEY"})) {
        if_exists();
        Action& made = table_act(Act::alter);
        made.object = ObjectKind::index;
        made.offset = cursor_.offset();
        made.part = cursor_.take_raw();
        made.text = to_upper_ascii(cursor_.here().raw);
        cursor_.take({"NOT"});
        cursor_.step();
        return;
    }
    if (cursor_.take_any({"CHECK", "CONSTRAINT"})) {
        Action& made = table_act(Act::alter_constraint);
        made.offset = cursor_.offset();
        made.part = cursor_.take_raw();
        if (cursor_.take({"NOT", "ENFORCED"})) {
            made.text = "NOT ENFORCED";
        } else if (cursor_.take({"ENFORCED"})) {
            made.text = "ENFORCED";
        } else {
            not_understood();
        }
        return;
    }
    cursor_.take({"COLUMN"});
    const bool is_lenient = if_exists();
    const std::size_t offset = cursor_.offset();
    const std::string name = cursor_.take_raw();
    if (cursor_.take({"SET", "DEFAULT"})) {
        Column changed;
        changed.name = name;
        default_value(changed);
        table_act(Act::set_default, name).columns.push_back(std::move(changed));
    } else if (cursor_.take({"DROP", "DEFAULT"})) {
        table_act(Act::drop_default, name);
    } else if (cursor_.take({"SET", "VISIBLE"}) || cursor_.take({"SET", "INVISIBLE"})) {
        table_act(Act::alter, name).text = "VISIBLE";
    } else {
        table_act(Act::alter, name);
        not_understood();
        cursor_.skip_part(0);
    }
    out_.back().offset = offset;
    out_.back().if_exists = is_lenient;
}

void ActionMaker::change_clause(bool with_name) {
    cursor_.take({"COLUMN"});
    const bool is_lenient = if_exists();
    const std::size_t offset = cursor_.offset();
    std::string before;
    if (with_name) before = cursor_.take_raw();
    Column made = column();
    if (with_name && !equals_ignoring_case(before, made.name)) {
        Action& renamed = table_act(Act::rename_column, std::move(before));
        renamed.offset = offset;
        renamed.new_name = {{}, made.name};
        renamed.if_exists = is_lenient;
    }
    Action& action = table_act(Act::modify_column, made.name);
    action.offset = made.offset;
    action.if_exists = is_lenient;
    action.columns.push_back(std::move(made));
}

void ActionMaker::rename_clause() {
    const std::size_t offset = cursor_.offset();
    if (cursor_.take({"COLUMN"})) {
        const bool is_lenient = if_exists();
        Action& made = table_act(Act::rename_column, cursor_.take_raw());
        made.offset = offset;
        made.if_exists = is_lenient;
        if (!cursor_.take({"TO"})) not_understood();
        made.new_name = {{}, cursor_.take_raw()};
    } else if (cursor_.take_any({"INDEX", "KEY"})) {
        const bool is_lenient = if_exists();
        Action& made = table_act(Act::rename, cursor_.take_raw());
        made.object = ObjectKind::index;
        made.offset = offset;
        made.if_exists = is_lenient;
        if (!cursor_.take({"TO"})) not_understood();
        made.new_name = {{}, cursor_.take_raw()};
    } else {
        cursor_.take_any({"TO", "AS", "="});
        Action& made = table_act(Act::rename);
        made.offset = table_at_;
        if (!cursor_.is_name()) not_understood();
        made.new_name = cursor_.take_name();
    }
}

void ActionMaker::convert_clause() {
    if (cursor_.take({"PARTITION"})) {
        // MariaDB: the partition becomes a table.
        Action& made = table_act(Act::detach_partition);
        made.offset = cursor_.offset();
        made.part = cursor_.take_raw();
        if (cursor_.take({"TO", "TABLE"})) made.new_name = cursor_.take_name();
        return;
    }
    if (cursor_.take({"TABLE"})) {
        Action& made = table_act(Act::attach_partition);
        made.offset = cursor_.offset();
        made.new_name = cursor_.take_name();
        if (cursor_.take({"TO", "PARTITION"})) made.part = cursor_.take_raw();
        while (!cursor_.done() && !(cursor_.here().depth == 0 && cursor_.here().is(","))) {
            cursor_.step();
        }
        return;
    }
    Action& made = table_act(Act::convert_charset);
    made.offset = cursor_.offset();
    cursor_.take({"TO"});
    if (!cursor_.take({"CHARACTER", "SET"}) && !cursor_.take({"CHARSET"})) not_understood();
    cursor_.skip_equals();
    made.charset = to_lower_ascii(cursor_.take_raw());
    if (cursor_.take({"COLLATE"})) {
        cursor_.skip_equals();
        made.collation = to_lower_ascii(cursor_.take_raw());
    }
}

void ActionMaker::partition_clause(const std::string& word) {
    const std::size_t offset = cursor_.offset();
    if (word == "PARTITION" || word == "REMOVE" || word == "UPGRADE") {
        Action& made = table_act(Act::alter);
        made.text = word == "PARTITION" ? "PARTITION BY" : word + " PARTITIONING";
        while (!cursor_.done()) cursor_.step();
        return;
    }
    if ((word == "DISCARD" || word == "IMPORT") && cursor_.take({"TABLESPACE"})) {
        table_act(Act::alter).text = word + " TABLESPACE";
        return;
    }
    if (!cursor_.take({"PARTITION"})) {
        not_understood();
        cursor_.skip_part(0);
        return;
    }
    cursor_.skip({"NO_WRITE_TO_BINLOG", "LOCAL"});
    if (word == "EXCHANGE") {
        Action& made = table_act(Act::exchange_partition, cursor_.take_raw());
        made.offset = offset;
        if (!cursor_.take({"WITH", "TABLE"})) not_understood();
        made.new_name = cursor_.take_name();
        if (cursor_.take({"WITHOUT", "VALIDATION"})) made.text = "WITHOUT VALIDATION";
        cursor_.take({"WITH", "VALIDATION"});
        return;
    }
    if (word == "TRUNCATE") {
        do {
            const std::size_t at = cursor_.offset();
            table_act(Act::truncate_partition, cursor_.take_raw()).offset = at;
        } while (cursor_.take({","}));
        return;
    }
    table_act(Act::alter).text = word + " PARTITION";
    while (!cursor_.done()) cursor_.step();
}

bool ActionMaker::option_clause() {
    const std::size_t offset = cursor_.offset();
    if (cursor_.take({"FORCE"})) {
        table_act(Act::alter).text = "FORCE";
    } else if (cursor_.take({"ORDER", "BY"})) {
        table_act(Act::alter).text = "ORDER BY";
        while (!cursor_.done()) cursor_.step();
    } else if (cursor_.take({"ENABLE", "KEYS"}) || cursor_.take({"DISABLE", "KEYS"})) {
        table_act(Act::alter).text = "KEYS";
    } else if (cursor_.take({"WITH", "VALIDATION"}) || cursor_.take({"WITHOUT", "VALIDATION"}) ||
               cursor_.take_any({"SECONDARY_LOAD", "SECONDARY_UNLOAD", "NOWAIT"})) {
        table_act(Act::alter).text = "OPTION";
    } else {
        Action made;
        std::string option = table_option(made);
        if (option.empty()) return false;
        made.act = Act::alter;
        made.object = ObjectKind::table;
        made.name = table_;
        made.text = std::move(option);
        out_.push_back(std::move(made));
    }
    out_.back().offset = offset;
    return true;
}

}  // namespace kedge::lint::mysql
