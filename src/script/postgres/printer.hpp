// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/script.hpp"

namespace kedge::script::postgres {

/// How results are shown: psql's `\pset`. At first as Sqitch has them: values alone, parted by `|`.
struct PrintSettings {
    enum class Format { unaligned, aligned, csv };
    Format format = Format::unaligned;
    bool expanded = false;
    bool tuples_only = true;
    bool footer = true;
    std::string field_separator = "|";
    std::string record_separator = "\n";
    std::string csv_separator = ",";
    std::string null;
    std::string title;

    /// Sets one by its name; `value` is nothing where the script gives none. What is wrong with it;
    /// empty where nothing is.
    [[nodiscard]] std::string set(std::string_view name, const std::optional<std::string>& value);
};

/// Shows one result after the other. Only the aligned format needs a whole result at once.
class Printer {
  public:
    using Write = std::function<void(std::string_view text)>;

    void columns(const PrintSettings& settings, const std::vector<std::string>& names,
                 const Write& write);
    void row(std::span<const Cell> values, const Write& write);
    /// The end of a result, if there was one.
    void end(const Write& write);

  private:
    void expanded_row(std::span<const Cell> values, const Write& write);
    void aligned(const Write& write);
    void aligned_expanded(const Write& write);
    [[nodiscard]] std::string text_of(const Cell& cell) const;
    [[nodiscard]] std::string csv_line(std::span<const std::string> values) const;

    PrintSettings settings_;
    std::vector<std::string> names_;
    std::size_t rows_ = 0;
    bool open_ = false;
    std::vector<std::vector<std::string>> kept_;  ///< rows of an aligned result
};

}  // namespace kedge::script::postgres
