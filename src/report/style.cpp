// SPDX-License-Identifier: MIT
#include "report/style.hpp"

#include <fmt/format.h>

namespace kedge::report {

std::string painted(const Style& style, Paint paint, std::string_view text) {
    if (!style.colour) return std::string(text);
    const char* code = "";
    switch (paint) {
        case Paint::bold:
            code = "1";
            break;
        case Paint::dim:
            code = "2";
            break;
        case Paint::red:
            code = "31";
            break;
        case Paint::green:
            code = "32";
            break;
        case Paint::yellow:
            code = "33";
            break;
        case Paint::blue:
            code = "34";
            break;
    }
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace kedge::report
