// SPDX-License-Identifier: MIT
#include "migrate/statement_looks.hpp"

#include <cctype>

#include "support/sha1.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

// ASCII's separators of units and records: no name and no query holds them.
constexpr char kUnit = '\x1F';
constexpr char kRecord = '\x1E';

/// What follows each `mark` loses its digits.
std::string without_numbers(std::string text, const std::string& mark) {
    if (mark.empty()) return text;
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at)) {
        at += mark.size();
        std::size_t end = at;
        while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
        text.erase(at, end - at);
    }
    return text;
}

/// The server doesn't let the account look.
bool is_denied(const std::string& code) {
    for (const std::string_view number : {"1044 ", "1045 ", "1142 ", "1143 ", "1227 ", "1370 "}) {
        if (code.starts_with(number)) return true;
    }
    return false;
}

std::string digest_of(db::Connection& connection, const script::Look& look) {
    Sha1Stream digest;
    try {
        for (const db::Row& row : connection.query(look.query)) {
            for (const db::Value& value : row) {
                digest.update(without_numbers(db::text_of(value), look.ignored));
                digest.update(std::string_view(&kUnit, 1));
            }
            digest.update(std::string_view(&kRecord, 1));
        }
    } catch (const Failure& failure) {
        if (failure.error().kind != ErrorKind::refused) throw;
        if (is_denied(failure.error().code)) return {};
        // Mostly that there is no such thing: that, too, is something to compare.
        digest.update(failure.error().code);
    }
    return digest.finish().str();
}

}  // namespace

StatementLooks StatementLooks::take(db::Connection& connection, std::span<const script::Look> looks,
                                    const std::string& statement) {
    StatementLooks out;
    out.statement_ = statement;
    for (const script::Look& look : looks) {
        out.seen_.push_back({look, digest_of(connection, look)});
    }
    return out;
}

std::string StatementLooks::to_text() const {
    std::string out = statement_;
    for (const Seen& seen : seen_) {
        out += kRecord;
        const std::vector<std::string> units = {seen.look.subject, seen.look.query,
                                                seen.look.ignored, seen.digest};
        out += join(units, std::string_view(&kUnit, 1));
    }
    return out;
}

std::optional<StatementLooks> StatementLooks::parse(const std::string& text) {
    if (text.empty()) return std::nullopt;
    StatementLooks out;
    for (const std::string& record : split(text, kRecord)) {
        const std::vector<std::string> units = split(record, kUnit);
        constexpr std::size_t kUnits = 4;
        if (units.size() == kUnits) {
            out.seen_.push_back({{units[0], units[1], units[2]}, units[3]});
        } else {
            out.statement_ = record;
        }
    }
    return out;
}

StatementLooks::Comparison StatementLooks::compare(db::Connection& connection) const {
    Comparison out;
    for (const Seen& before : seen_) {
        const std::string now = digest_of(connection, before.look);
        if (now.empty() || before.digest.empty()) {
            out.unreadable.push_back(before.look.subject);
        } else if (now == before.digest) {
            out.same.push_back(before.look.subject);
        } else {
            out.changed.push_back(before.look.subject);
        }
    }
    return out;
}

}  // namespace kedge::migrate
