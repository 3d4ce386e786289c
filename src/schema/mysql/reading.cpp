// SPDX-License-Identifier: MIT
#include "schema/mysql/reading.hpp"

#include <algorithm>

#include "schema/mysql/printed.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::schema::mysql {
namespace {

constexpr std::size_t kAtOnce = 100;

/// The server refuses the statement; the session goes on.
bool is_refusal(const Failure& failure) {
    return failure.error().kind == ErrorKind::refused || failure.error().kind == ErrorKind::locked;
}

/// There is no such table, routine, trigger, event or view.
bool is_absence(const Failure& failure) {
    static constexpr std::string_view kCodes[] = {"1146 ", "1305 ", "1360 ", "1539 ", "1347 "};
    return std::any_of(std::begin(kCodes), std::end(kCodes), [&](std::string_view code) {
        return failure.error().code.starts_with(code);
    });
}

}  // namespace

bool Reading::is_registrys(const std::string& name) const {
    return std::find(scope_.own.begin(), scope_.own.end(), name) != scope_.own.end();
}

std::vector<db::Row> Reading::rows(const std::string& what, const std::string& sql) {
    try {
        return connection_.query(sql);
    } catch (const Failure& failure) {
        if (!is_refusal(failure)) throw;
        unread_.push_back({what, failure.error().message});
        return {};
    }
}

void Reading::note_unread(const Subject& subject, const std::string& why) {
    unread_.push_back({subject.kind + ' ' + shown_name(subject.name), why});
}

void Reading::show(const std::string& statement, const std::vector<Subject>& subjects,
                   const std::function<void(const Subject&, const db::Row&)>& take) {
    for (std::size_t begin = 0; begin < subjects.size(); begin += kAtOnce) {
        const std::size_t end = std::min(begin + kAtOnce, subjects.size());
        std::string sql;
        for (std::size_t i = begin; i < end; ++i) {
            if (!sql.empty()) sql += ";\n";
            sql += statement + ' ' + kedge::quoted(subjects[i].name, '`');
        }
        std::vector<db::Row> rows;
        try {
            rows = connection_.query(sql);
        } catch (const Failure& failure) {
            if (!is_refusal(failure)) throw;
        }
        // The first that is refused ends all: which one it is, shows when they go by themselves.
        const bool complete = rows.size() == end - begin;
        for (std::size_t i = begin; i < end; ++i) {
            if (complete) {
                take(subjects[i], rows[i - begin]);
            } else {
                show_one(statement, subjects[i], take);
            }
        }
    }
}

void Reading::show_one(const std::string& statement, const Subject& subject,
                       const std::function<void(const Subject&, const db::Row&)>& take) {
    try {
        const auto rows = connection_.query(statement + ' ' + kedge::quoted(subject.name, '`'));
        if (!rows.empty()) take(subject, rows.front());
    } catch (const Failure& failure) {
        if (!is_refusal(failure)) throw;
        if (is_absence(failure)) lost_something_ = true;
        note_unread(subject, failure.error().message);
    }
}

}  // namespace kedge::schema::mysql
