// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "plan/names.hpp"
#include "plan/plan.hpp"
#include "support/error.hpp"

namespace kedge::plan {

/// Reads one plan text, line by line. Goes on after an error, so that all are reported at once;
/// what a faulty line named is remembered, so that it causes no errors further down.
class PlanParser {
  public:
    PlanParser(std::string text, std::string file);
    Plan run();

  private:
    struct Entry;

    void header_line(std::string_view line);
    /// Remembers what a faulty line of the body names.
    void forgive(std::string_view line);
    void pragma(std::string_view line);
    void body_line(std::string_view line);
    bool read_entry(std::string_view line, Entry& entry);
    bool read_moment(std::string_view line, std::size_t at, Entry& entry);
    void add_tag(std::string_view line, const Entry& entry);
    void add_change(std::string_view line, const Entry& entry);
    void read_dependencies(std::string_view line, std::string_view list, Change& change);
    void check_dependencies();
    void check_dependency(const Change& change, std::size_t index, const Dependency& dep);
    std::string_view decode_note(std::string_view raw);

    /// Records an error at byte `at` of the current line.
    void fail(std::string_view line, std::size_t at, std::string message, std::string hint = {});
    void throw_errors();

    Plan plan_;
    std::vector<Error> errors_;
    std::size_t line_ = 0;
    bool in_header_ = true;
    bool may_leave_header_ = false;  ///< after a comment without text, which Sqitch takes as empty
    bool has_project_ = false;
    std::unordered_map<std::string_view, std::size_t> section_lines_;  ///< name to line, in section
    std::unordered_set<std::string_view> faulty_names_;
    bool has_faulty_change_ = false;
};

}  // namespace kedge::plan
