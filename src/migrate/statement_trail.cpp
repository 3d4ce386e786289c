// SPDX-License-Identifier: MIT
#include "migrate/statement_trail.hpp"

#include <charconv>
#include <vector>

#include "migrate/packed_text.hpp"
#include "support/sha1.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

constexpr std::size_t kLongestText = 160;
constexpr std::size_t kLongestTrail = 4096;
constexpr std::size_t kHash = 12;

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

std::string digest_with(const std::string& before, std::string_view sql) {
    return Sha1::of(before + std::string(trim(sql))).str();
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
    std::vector<std::vector<std::string>> records;
    for (const Entry& entry : entries_) {
        records.push_back({std::to_string(entry.index), entry.hash, entry.text});
    }
    return pack(records);
}

StatementTrail StatementTrail::parse(std::string_view text) {
    StatementTrail out;
    for (const auto& fields : unpack(text)) {
        constexpr std::size_t kFields = 3;
        std::size_t index = 0;
        if (fields.size() != kFields) continue;
        std::from_chars(fields[0].data(), fields[0].data() + fields[0].size(), index);
        out.add(index, fields[1], fields[2]);
    }
    return out;
}

}  // namespace kedge::migrate
