// SPDX-License-Identifier: MIT
// What the tests over the scripts of tests/split share.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "support/text.hpp"

namespace kedge::test {

inline std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The scripts of a folder of tests/split, by name.
inline std::vector<std::filesystem::path> scripts_of(const std::string& folder) {
    std::vector<std::filesystem::path> out;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(KEDGE_SPLIT_FOLDER) / folder)) {
        if (entry.path().extension() == ".sql") out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// Carriage returns and the like made visible.
inline std::string visible(std::string_view text) {
    std::string out = replace_all(text, "\r", "<CR>");
    out = replace_all(out, "\f", "<FF>");
    return replace_all(out, "\t", "<TAB>");
}

}  // namespace kedge::test
