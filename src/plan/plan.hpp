// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plan/change.hpp"
#include "plan/key.hpp"

namespace kedge::plan {

/// A plan file, read and checked: its project, its changes in order, their tags and ids.
///
/// The format is Sqitch's plan format 1.0.0. A Plan is immutable; what edits a plan file makes a
/// new text (plan/edit.hpp), which is then read again. Reading takes linear time. Not tied to a
/// thread.
class Plan {
  public:
    /// Reads `text`. Throws Failure (configuration) that holds every error found, each with line,
    /// column and what was expected. `file` is only for those messages.
    static Plan parse(std::string text, std::string file);

    /// Reads the file at `path`; Failure (configuration) if that can't be read.
    static Plan load(const std::string& path);

    Plan(Plan&&) noexcept = default;
    Plan& operator=(Plan&&) noexcept = default;

    [[nodiscard]] const std::string& file() const noexcept { return file_; }
    [[nodiscard]] std::string_view text() const noexcept { return *text_; }
    [[nodiscard]] std::string_view project() const noexcept { return project_; }
    /// As written; empty if the plan names none.
    [[nodiscard]] std::string_view uri() const noexcept { return uri_; }
    [[nodiscard]] const std::vector<Change>& changes() const noexcept { return changes_; }
    [[nodiscard]] const std::vector<Tag>& tags() const noexcept { return tags_; }

    [[nodiscard]] std::optional<std::size_t> find_id(std::string_view id) const;
    [[nodiscard]] std::optional<std::size_t> find_tag(std::string_view name) const;
    [[nodiscard]] bool has_change(std::string_view name) const;

    /// Looks a key up (plan/key.hpp). Nothing if it names no change of this plan. Throws Failure
    /// (usage) for an ambiguous name, with the names to choose from, and for an unknown tag.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view key) const;

    /// As find(), but an ambiguous name is its first instance, and what isn't there is a Failure
    /// (usage) that offers the nearest name.
    [[nodiscard]] std::size_t get(std::string_view key) const;

    /// `name @tag1 @tag2`, as reports show a change.
    [[nodiscard]] std::string name_with_tags(std::size_t change) const;
    /// `name@tag` with the first tag at or after the change; `name@HEAD` if there is none.
    [[nodiscard]] std::string tag_qualified_name(std::size_t change) const;

    /// Tags between a reworked change and the change that reworks it, in the order in which their
    /// script files are looked for. Empty if the change isn't reworked.
    [[nodiscard]] std::vector<std::string_view> rework_tags(std::size_t change) const;

    /// The last change with a tag, if there is one.
    [[nodiscard]] std::optional<std::size_t> last_tagged() const;

    /// The text whose digest is the id.
    [[nodiscard]] std::string change_info(std::size_t change) const;
    [[nodiscard]] std::string tag_info(std::size_t tag) const;

    /// Number of the last line of the header: where the first change may follow.
    [[nodiscard]] bool has_body_separator() const noexcept { return has_separator_; }

  private:
    friend class PlanParser;
    Plan() = default;

    std::optional<std::size_t> find_instance(const ChangeKey& key, bool first_of_many) const;
    std::vector<std::size_t> instances_of(std::string_view name) const;
    void compute_ids();

    std::string file_;
    std::unique_ptr<const std::string> text_;
    std::deque<std::string> decoded_;  ///< notes with escapes; addresses stay when it moves
    std::string_view project_;
    std::string_view uri_;
    std::string canonical_uri_;
    bool has_separator_ = false;
    std::vector<Change> changes_;
    std::vector<Tag> tags_;
    std::unordered_map<std::string_view, std::size_t> last_instance_;
    std::unordered_map<std::string_view, std::size_t> tag_by_name_;
    std::unordered_map<std::string_view, std::size_t> change_by_id_;
};

}  // namespace kedge::plan
