// SPDX-License-Identifier: MIT
#include "report/json_text.hpp"

namespace kedge::report {

std::string json_text(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string iso_moment(Timestamp time, int digits) {
    std::string text = format_sql_time(time, digits);
    text[10] = 'T';
    return text;
}

}  // namespace kedge::report
