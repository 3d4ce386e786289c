// SPDX-License-Identifier: MIT
#include "script/sqlite/statement_kind.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "support/text.hpp"

namespace kedge::script::sqlite {
namespace {

struct Pragma {
    std::string name;   ///< lower case
    std::string value;  ///< empty for a query
};

/// `PRAGMA [schema.]name [= value | (value)]`
Pragma pragma_of(const Head& head) {
    Pragma out;
    std::size_t at = 1;
    if (head[2] == ".") at = 3;
    out.name = to_lower_ascii(head[at]);
    if (head[at + 1] == "=" || head[at + 1] == "(") {
        std::string_view value = head[at + 2];
        if (value.size() >= 2 && (value.front() == '\'' || value.front() == '"')) {
            value = value.substr(1, value.size() - 2);
        }
        out.value = to_lower_ascii(value);
    }
    return out;
}

StatementKind kind_of_pragma(const Head& head) {
    // Inside a transaction SQLite ignores these, or refuses them.
    static constexpr std::array<std::string_view, 8> kSettings = {
        "foreign_keys", "synchronous", "temp_store", "temp_store_directory",
        "locking_mode", "auto_vacuum", "page_size",  "encoding"};
    // These are forgotten with the session.
    static constexpr std::array<std::string_view, 30> kOfSession = {"analysis_limit",
                                                                    "automatic_index",
                                                                    "busy_timeout",
                                                                    "cache_size",
                                                                    "cache_spill",
                                                                    "case_sensitive_like",
                                                                    "cell_size_check",
                                                                    "checkpoint_fullfsync",
                                                                    "count_changes",
                                                                    "writable_schema",
                                                                    "defer_foreign_keys",
                                                                    "empty_result_callbacks",
                                                                    "full_column_names",
                                                                    "fullfsync",
                                                                    "hard_heap_limit",
                                                                    "journal_size_limit",
                                                                    "ignore_check_constraints",
                                                                    "legacy_alter_table",
                                                                    "max_page_count",
                                                                    "mmap_size",
                                                                    "query_only",
                                                                    "read_uncommitted",
                                                                    "recursive_triggers",
                                                                    "reverse_unordered_selects",
                                                                    "secure_delete",
                                                                    "short_column_names",
                                                                    "soft_heap_limit",
                                                                    "threads",
                                                                    "trusted_schema",
                                                                    "wal_autocheckpoint"};
    const Pragma pragma = pragma_of(head);
    if (pragma.name == "wal_checkpoint") return StatementKind::not_transactional;
    if (pragma.value.empty()) return StatementKind::query;
    if (pragma.name == "journal_mode") return StatementKind::not_transactional;
    if (std::find(kSettings.begin(), kSettings.end(), pragma.name) != kSettings.end()) {
        return StatementKind::setting;
    }
    if (std::find(kOfSession.begin(), kOfSession.end(), pragma.name) != kOfSession.end()) {
        return StatementKind::session;
    }
    // Checks take an argument too, and change nothing.
    const bool check = pragma.name.find("_check") != std::string::npos ||
                       pragma.name.find("_info") != std::string::npos ||
                       pragma.name.find("_list") != std::string::npos ||
                       pragma.name.find("_xinfo") != std::string::npos;
    return check ? StatementKind::query : StatementKind::work;
}

}  // namespace

StatementKind kind_of(const Head& head) {
    const std::string_view first = head[0];
    if (first == "BEGIN") return StatementKind::begin;
    if (first == "COMMIT" || first == "END") return StatementKind::commit;
    if (first == "ROLLBACK") {
        const bool to_savepoint = head[1] == "TO" || (head[1] == "TRANSACTION" && head[2] == "TO");
        return to_savepoint ? StatementKind::work : StatementKind::rollback;
    }
    if (first == "VACUUM") return StatementKind::not_transactional;
    if (first == "ATTACH") return StatementKind::session;
    if (first == "DETACH") return StatementKind::detach;
    if (first == "SELECT" || first == "EXPLAIN" || first == "VALUES") return StatementKind::query;
    if (first == "PRAGMA") return kind_of_pragma(head);
    return StatementKind::work;
}

bool sets_foreign_keys(const Head& head) {
    if (head[0] != "PRAGMA") return false;
    const Pragma pragma = pragma_of(head);
    return pragma.name == "foreign_keys" && !pragma.value.empty();
}

bool turns_foreign_keys_off(const Head& head) {
    if (!sets_foreign_keys(head)) return false;
    const std::string value = pragma_of(head).value;
    return value != "1" && value != "on" && value != "yes" && value != "true";
}

bool makes_temporary(const Head& head) {
    if (head[0] != "CREATE") return false;
    return std::any_of(head.tokens.begin(),
                       head.tokens.begin() + static_cast<std::ptrdiff_t>(head.count),
                       [](const std::string& t) { return t == "TEMP" || t == "TEMPORARY"; });
}

bool touches_session(const Head& head) {
    const std::string_view first = head[0];
    if (first == "ATTACH" || first == "DETACH") return true;
    if (first == "PRAGMA") return !pragma_of(head).value.empty();
    return makes_temporary(head);
}

}  // namespace kedge::script::sqlite
