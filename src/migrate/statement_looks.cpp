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

std::string digest_of(const std::vector<db::Row>& rows, const script::Look& look) {
    Sha1Stream digest;
    for (const db::Row& row : rows) {
        for (const db::Value& value : row) {
            digest.update(without_numbers(db::text_of(value), look.ignored));
            digest.update(kEndOfCell);
        }
        digest.update(kEndOfRow);
    }
    return digest.finish().str();
}

/// Mostly the server says that there is no such thing: that, too, is something to compare.
std::string digest_of(const Error& refusal) {
    return is_denied(refusal.code) ? std::string() : Sha1::of(refusal.code).str();
}

std::string look_at(db::Connection& connection, const script::Look& look) {
    try {
        return digest_of(connection.query(look.query), look);
    } catch (const Failure& failure) {
        if (failure.error().kind != ErrorKind::refused) throw;
        return digest_of(failure.error());
    }
}

}  // namespace

StatementLooks StatementLooks::take(db::Connection& connection, std::span<const script::Look> looks,
                                    const std::string& statement) {
    StatementLooks out;
    out.statement_ = statement;
    for (const script::Look& look : looks) {
        out.seen_.push_back({look, look_at(connection, look)});
    }
    return out;
}

std::optional<StatementLooks> StatementLooks::of_answer(const db::Connection::Rider& rider,
                                                        const script::Look& look,
                                                        const std::string& statement) {
    if (rider.refusal && rider.refusal->kind != ErrorKind::refused) return std::nullopt;
    StatementLooks out;
    out.statement_ = statement;
    out.seen_.push_back(
        {look, rider.refusal ? digest_of(*rider.refusal) : digest_of(rider.rows, look)});
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
        const std::string now = look_at(connection, before.look);
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
