// SPDX-License-Identifier: MIT
#include "migrate/statement_trail.hpp"

#include <charconv>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::migrate {
namespace {

constexpr std::size_t kLongestText = 160;
constexpr std::size_t kLongestTrail = 4096;
constexpr std::size_t kHash = 12;
// ASCII's separators of units and records, which no statement's beginning holds.
constexpr char kUnit = '\x1F';
constexpr char kRecord = '\x1E';

}  // namespace

std::string statement_beginning(std::string_view text) {
    std::string out;
    for (const char c : trim(text)) {
        const bool is_blank = static_cast<unsigned char>(c) <= ' ';
        if (is_blank && (out.empty() || out.back() == ' ')) continue;
        out += is_blank ? ' ' : c;
        if (out.size() < kLongestText) continue;
        while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0x80) != 0) out.pop_back();
        return out + "...";
    }
    return out;
}

void StatementTrail::add(std::size_t index, std::string_view hash, std::string_view text) {
    entries_.push_back({index, std::string(hash.substr(0, kHash)), statement_beginning(text)});
    size_ += entries_.back().text.size() + kHash;
    while (size_ > kLongestTrail && entries_.size() > 1) {
        size_ -= entries_.front().text.size() + kHash;
        entries_.pop_front();
    }
}

const StatementTrail::Entry* StatementTrail::find(std::size_t index) const {
    for (const Entry& entry : entries_) {
        if (entry.index == index) return &entry;
    }
    return nullptr;
}

bool StatementTrail::differs(const Entry& entry, std::string_view hash) {
    return entry.hash != hash.substr(0, kHash);
}

std::string StatementTrail::to_text() const {
    std::string out;
    for (const Entry& entry : entries_) {
        out +=
            fmt::format("{}{}{}{}{}{}", entry.index, kUnit, entry.hash, kUnit, entry.text, kRecord);
    }
    return out;
}

StatementTrail StatementTrail::parse(std::string_view text) {
    StatementTrail out;
    for (const std::string& record : split(text, kRecord)) {
        const std::vector<std::string> units = split(record, kUnit);
        constexpr std::size_t kUnits = 3;
        std::size_t index = 0;
        if (units.size() != kUnits) continue;
        std::from_chars(units[0].data(), units[0].data() + units[0].size(), index);
        out.add(index, units[1], units[2]);
    }
    return out;
}

}  // namespace kedge::migrate
