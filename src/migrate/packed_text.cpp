// SPDX-License-Identifier: MIT
#include "migrate/packed_text.hpp"

#include "support/text.hpp"

namespace kedge::migrate {
namespace {

constexpr char kUnit = '\x1F';
constexpr char kRecord = '\x1E';

}  // namespace

std::string pack(const std::vector<std::vector<std::string>>& records) {
    std::string out;
    for (const auto& fields : records) {
        if (!out.empty()) out += kRecord;
        out += join(fields, std::string_view(&kUnit, 1));
    }
    return out;
}

std::vector<std::vector<std::string>> unpack(std::string_view text) {
    std::vector<std::vector<std::string>> out;
    if (text.empty()) return out;
    for (const std::string& record : split(text, kRecord)) out.push_back(split(record, kUnit));
    return out;
}

}  // namespace kedge::migrate
