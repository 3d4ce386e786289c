// SPDX-License-Identifier: MIT
#include "migrate/row_copy.hpp"

#include <algorithm>
#include <iterator>

namespace kedge::migrate {

std::vector<std::string> words_of(db::Connection& connection, const std::string& sql,
                                  std::initializer_list<db::Value> values) {
    std::vector<std::string> out;
    for (const db::Row& row : connection.query(sql, values)) {
        out.push_back(db::text_of(row.front()));
    }
    return out;
}

std::vector<std::string> common(const std::vector<std::string>& some,
                                const std::vector<std::string>& others) {
    std::vector<std::string> out;
    std::copy_if(some.begin(), some.end(), std::back_inserter(out), [&](const std::string& word) {
        return std::find(others.begin(), others.end(), word) != others.end();
    });
    return out;
}

}  // namespace kedge::migrate
