// SPDX-License-Identifier: MIT
#include "migrate/statement_looks.hpp"

#include <cctype>

#include "migrate/packed_text.hpp"
#include "support/sha1.hpp"

namespace kedge::migrate {
namespace {

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

// Cells and rows are told apart whatever is in them.
constexpr std::string_view kEndOfCell("\0", 1);
constexpr std::string_view kEndOfRow("\0\n", 2);

std::string digest_of(db::Connection& connection, const script::Look& look) {
    Sha1Stream digest;
    try {
        for (const db::Row& row : connection.query(look.query)) {
            for (const db::Value& value : row) {
                digest.update(without_numbers(db::text_of(value), look.ignored));
                digest.update(kEndOfCell);
            }
            digest.update(kEndOfRow);
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
    std::vector<std::vector<std::string>> records = {{statement_}};
    for (const Seen& seen : seen_) {
        records.push_back({seen.look.subject, seen.look.query, seen.look.ignored, seen.digest});
    }
    return pack(records);
}

std::optional<StatementLooks> StatementLooks::parse(const std::string& text) {
    const auto records = unpack(text);
    if (records.empty()) return std::nullopt;
    StatementLooks out;
    out.statement_ = records.front().front();
    for (const auto& fields : records) {
        constexpr std::size_t kFields = 4;
        if (fields.size() == kFields) {
            out.seen_.push_back({{fields[0], fields[1], fields[2]}, fields[3]});
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
