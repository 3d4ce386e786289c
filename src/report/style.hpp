// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kedge::report {

/// Where a renderer writes to. The command line gives these; nothing in report/ opens anything.
using Sink = std::function<void(std::string_view text)>;

/// What the reader's device can show.
struct Style {
    bool is_terminal = false;
    bool colour = false;
};

enum class Paint { bold, dim, red, green, yellow, blue };

/// `text` in that colour where the device has colours.
[[nodiscard]] std::string painted(const Style& style, Paint paint, std::string_view text);

}  // namespace kedge::report
