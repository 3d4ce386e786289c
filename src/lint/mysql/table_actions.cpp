// SPDX-License-Identifier: MIT
#include <utility>

#include "lint/mysql/actions.hpp"
#include "support/text.hpp"

namespace kedge::lint::mysql {

void ActionMaker::create_table(Action made) {
    made.object = ObjectKind::table;
    made.if_not_exists = if_not_exists();
    made.offset = cursor_.offset();
    if (!cursor_.is_name()) not_understood();
    made.name = cursor_.take_name();
    if (cursor_.take({"LIKE"})) {
        made.from_query = true;
        cursor_.take_name();
    } else if (cursor_.here().is("(") && cursor_.here(1).is("LIKE")) {
        made.from_query = true;
        cursor_.skip_group();
    } else {
        if (cursor_.here().is("(") && !cursor_.here(1).is_any({"SELECT", "WITH", "(", "VALUES"})) {
            table_body(made);
        }
        table_tail(made);
    }
    out_.push_back(std::move(made));
}

void ActionMaker::table_body(Action& made) {
    const std::size_t depth = cursor_.here().depth + 1;
    cursor_.step();
    while (!cursor_.done() && cursor_.here().depth >= depth) {
        const std::size_t before = cursor_.at();
        table_element(made);
        if (cursor_.here().depth == depth && !cursor_.here().is(",")) {
            not_understood();
            cursor_.skip_part(depth);
        }
        cursor_.take({","});
        if (cursor_.at() == before) cursor_.step();
    }
    if (!cursor_.take({")"})) not_understood();
}

void ActionMaker::table_element(Action& made) {
    if (starts_index()) {
        made.indexes.push_back(index());
    } else if (starts_constraint()) {
        made.constraints.push_back(constraint());
    } else if (cursor_.starts({"PERIOD", "FOR"})) {
        cursor_.skip_part(cursor_.here().depth);
    } else if (cursor_.take({"LIKE"})) {
        made.from_query = true;
        cursor_.take_name();
    } else {
        made.columns.push_back(column());
    }
}

std::string ActionMaker::table_option(Action& made) {
    const std::size_t before = cursor_.at();
    cursor_.take({"DEFAULT"});
    if (cursor_.take({"CHARACTER", "SET"}) || cursor_.take({"CHARSET"}) ||
        cursor_.take({"CHAR", "SET"})) {
        cursor_.skip_equals();
        made.charset = to_lower_ascii(cursor_.take_raw());
        return "CHARACTER SET";
    }
    if (cursor_.take({"COLLATE"})) {
        cursor_.skip_equals();
        made.collation = to_lower_ascii(cursor_.take_raw());
        return "COLLATE";
    }
    cursor_.go(before);
    if (cursor_.take_any({"ENGINE", "TYPE"})) {
        cursor_.skip_equals();
        made.engine = cursor_.take_raw();
        return "ENGINE";
    }
    if (cursor_.take({"COMMENT"})) {
        cursor_.skip_equals();
        made.comment = cursor_.take_raw();
        return "COMMENT";
    }
    if (cursor_.take({"WITH", "SYSTEM", "VERSIONING"})) return "SYSTEM VERSIONING";
    if (cursor_.take({"START", "TRANSACTION"})) return "START TRANSACTION";
    if (cursor_.take({"UNION"})) {
        cursor_.skip_equals();
        cursor_.skip_group();
        return "UNION";
    }
    if (cursor_.take({"TABLESPACE"})) {
        cursor_.skip_equals();
        cursor_.take_raw();
        if (cursor_.take({"STORAGE"})) cursor_.step();
        return "TABLESPACE";
    }
    if (cursor_.starts({"DATA", "DIRECTORY"}) || cursor_.starts({"INDEX", "DIRECTORY"})) {
        std::string out = cursor_.here().text + " DIRECTORY";
        cursor_.step();
        cursor_.step();
        cursor_.skip_equals();
        cursor_.step();
        return out;
    }
    const bool is_known = cursor_.here().is_any(
        {"AUTO_INCREMENT",    "AVG_ROW_LENGTH",   "CHECKSUM",
         "COMPRESSION",       "CONNECTION",       "DELAY_KEY_WRITE",
         "ENCRYPTION",        "ENCRYPTED",        "ENCRYPTION_KEY_ID",
         "IETF_QUOTES",       "INSERT_METHOD",    "KEY_BLOCK_SIZE",
         "MAX_ROWS",          "MIN_ROWS",         "PACK_KEYS",
         "PAGE_CHECKSUM",     "PAGE_COMPRESSED",  "PAGE_COMPRESSION_LEVEL",
         "PASSWORD",          "ROW_FORMAT",       "SEQUENCE",
         "STATS_AUTO_RECALC", "STATS_PERSISTENT", "STATS_SAMPLE_PAGES",
         "STORAGE",           "TRANSACTIONAL",    "AUTOEXTEND_SIZE",
         "ENGINE_ATTRIBUTE",  "SECONDARY_ENGINE", "SECONDARY_ENGINE_ATTRIBUTE",
         "TABLE_CHECKSUM",    "RAID_TYPE",        "NODEGROUP"});
    // An attribute of a storage engine has its equals sign; the server's options may lack it.
    if (!is_known && !(cursor_.is_name() && cursor_.here(1).is("="))) return {};
    std::string out = to_upper_ascii(cursor_.take_raw());
    cursor_.skip_equals();
    cursor_.step();
    return out;
}

void ActionMaker::table_tail(Action& made) {
    for (std::size_t before = cursor_.at() + 1; !cursor_.done() && cursor_.at() != before;) {
        before = cursor_.at();
        cursor_.take({","});
        if (!table_option(made).empty()) continue;
        if (cursor_.take({"PARTITION", "BY"})) {
            made.is_partitioned = true;
            while (!cursor_.done() &&
                   !(cursor_.here().depth == 0 &&
                     cursor_.here().is_any({"SELECT", "AS", "IGNORE", "REPLACE", "WITH"}))) {
                cursor_.step();
            }
        }
        cursor_.take_any({"IGNORE", "REPLACE"});
        cursor_.take({"AS"});
        while (cursor_.here().is("(")) cursor_.step();
        if (cursor_.here().is_any({"SELECT", "WITH", "TABLE", "VALUES"})) {
            made.from_query = true;
            made.rows.into_table = true;
            cursor_.go(cursor_.tokens().size());
        }
    }
    if (!cursor_.done()) not_understood();
}

void ActionMaker::create_index(Action made) {
    made.object = ObjectKind::index;
    made.if_not_exists = if_not_exists();
    Index index = made.index.value_or(Index{});
    made.offset = cursor_.offset();
    index.name = cursor_.take_raw();
    made.part = index.name;
    index_options(index);
    if (!cursor_.take({"ON"})) {
        not_understood();
        return;
    }
    made.name = cursor_.take_name();
    if (!cursor_.here().is("(")) not_understood();
    index_columns(index);
    for (std::size_t before = cursor_.at() + 1; !cursor_.done() && cursor_.at() != before;) {
        before = cursor_.at();
        index_options(index);
        if (cursor_.take({"ALGORITHM"})) {
            cursor_.skip_equals();
            made.algorithm = to_upper_ascii(cursor_.take_raw());
        } else if (cursor_.take({"LOCK"})) {
            cursor_.skip_equals();
            made.lock = to_upper_ascii(cursor_.take_raw());
        } else if (cursor_.take({"WAIT"})) {
            cursor_.step();
        } else {
            cursor_.take({"NOWAIT"});
        }
    }
    if (!cursor_.done()) not_understood();
    made.index = std::move(index);
    out_.push_back(std::move(made));
}

void ActionMaker::drop_index(Action made) {
    made.object = ObjectKind::index;
    made.if_exists = if_exists();
    made.offset = cursor_.offset();
    made.part = cursor_.take_raw();
    if (!cursor_.take({"ON"})) not_understood();
    made.name = cursor_.take_name();
    while (cursor_.here().is_any({"ALGORITHM", "LOCK"})) {
        std::string& value = cursor_.here().is("LOCK") ? made.lock : made.algorithm;
        cursor_.step();
        cursor_.skip_equals();
        value = to_upper_ascii(cursor_.take_raw());
    }
    if (made.part == "PRIMARY") {
        made.act = Act::drop_constraint;
        made.object = ObjectKind::table;
    }
    out_.push_back(std::move(made));
}

void ActionMaker::drop_tables(Action made) {
    made.if_exists = if_exists();
    do {
        if (!cursor_.is_name()) {
            not_understood();
            return;
        }
        Action& each = out_.emplace_back(made);
        each.offset = cursor_.offset();
        each.name = cursor_.take_name();
    } while (cursor_.take({","}));
    // Both are taken, and do nothing.
    cursor_.take_any({"RESTRICT", "CASCADE"});
    if (cursor_.take({"WAIT"})) cursor_.step();
    cursor_.take({"NOWAIT"});
    if (!cursor_.done()) not_understood();
}

void ActionMaker::rename_tables() {
    if (!cursor_.take_any({"TABLE", "TABLES"})) {
        rename_users();
        return;
    }
    const bool is_lenient = if_exists();
    do {
        const std::size_t offset = cursor_.offset();
        Action& made = add(Act::rename, ObjectKind::table, cursor_.take_name());
        made.offset = offset;
        made.if_exists = is_lenient;
        if (cursor_.take({"WAIT"})) cursor_.step();
        cursor_.take({"NOWAIT"});
        if (!cursor_.take({"TO"})) {
            not_understood();
            return;
        }
        made.new_name = cursor_.take_name();
    } while (cursor_.take({","}));
    if (!cursor_.done()) not_understood();
}

void ActionMaker::truncate() {
    cursor_.take({"TABLE"});
    const std::size_t offset = cursor_.offset();
    if (!cursor_.is_name()) not_understood();
    add(Act::truncate, ObjectKind::table, cursor_.take_name()).offset = offset;
}

}  // namespace kedge::lint::mysql
