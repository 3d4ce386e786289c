// SPDX-License-Identifier: MIT
#include "project/scripts.hpp"

#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "support/byte_order_mark.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::project {

std::string planned_script(const Target& target, const plan::Plan& plan, std::size_t change,
                           ScriptKind kind) {
    const std::string_view name = plan.changes()[change].name;
    const auto tags = plan.rework_tags(change);
    if (tags.empty()) return target.script(kind, name);
    for (const std::string_view tag : tags) {
        const std::string suffix = fmt::format("@{}", tag);
        if (file_exists(target.script(ScriptKind::deploy, name, suffix))) {
            return target.script(kind, name, suffix);
        }
    }
    return target.script(kind, name, fmt::format("@{}", tags.front()));
}

std::string deployed_script(const Target& target, const plan::Plan& plan, std::string_view id,
                            std::string_view name, ScriptKind kind) {
    if (const auto index = plan.find_id(id)) return planned_script(target, plan, *index, kind);
    return target.script(kind, name);
}

Sha1 script_hash(const std::string& path) {
    if (!file_exists(path)) return {};
    Sha1Stream stream;
    read_file_in_pieces(path, [&](std::string_view piece) { stream.update(piece); });
    return stream.finish();
}

namespace {

/// Digests of a text in the forms that it may have had: with and without a byte order mark, with
/// the line ends of either system.
class OtherForms {
  public:
    OtherForms() {
        for (Sha1Stream* marked : {&marked_unix_, &marked_dos_}) marked->update(kByteOrderMark);
    }

    void update(std::string_view piece) {
        if (at_start_) {
            head_ += piece;
            if (head_.size() < kByteOrderMark.size()) return;
            at_start_ = false;
            const std::string first = std::exchange(head_, {});
            update(std::string_view(first).substr(
                first.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0));
            return;
        }
        std::string text = std::exchange(held_, {});
        text += piece;
        // A carriage return at the very end may be half of a line end.
        if (text.ends_with('\r')) {
            held_.push_back('\r');
            text.pop_back();
        }
        add(replace_all(text, "\r\n", "\n"));
    }

    [[nodiscard]] bool has(std::string_view hash) {
        add(head_);
        add(held_);
        return unix_.finish() == hash || dos_.finish() == hash || marked_unix_.finish() == hash ||
               marked_dos_.finish() == hash;
    }

  private:
    void add(const std::string& text) {
        const std::string dos = replace_all(text, "\n", "\r\n");
        unix_.update(text);
        marked_unix_.update(text);
        dos_.update(dos);
        marked_dos_.update(dos);
    }

    bool at_start_ = true;
    std::string head_;  ///< what may be a byte order mark
    std::string held_;
    Sha1Stream unix_;
    Sha1Stream dos_;
    Sha1Stream marked_unix_;
    Sha1Stream marked_dos_;
};

}  // namespace

bool is_edited(const std::string& path, std::string_view recorded_hash) {
    const Sha1 now = script_hash(path);
    if (now.empty()) return !recorded_hash.empty();
    if (now == recorded_hash) return false;
    OtherForms forms;
    read_file_in_pieces(path, [&](std::string_view piece) { forms.update(piece); });
    return !forms.has(recorded_hash);
}

bool may_be_newer(const std::string& path, Timestamp moment) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return true;
    const Timestamp touched{std::chrono::seconds(info.st_ctim.tv_sec) +
                            std::chrono::microseconds(info.st_ctim.tv_nsec / 1000)};
    return touched > moment;
}

void require_script(const std::string& path, ScriptKind kind) {
    if (file_exists(path)) return;
    Error error;
    error.kind = ErrorKind::script;
    error.message = fmt::format("{} script {} does not exist", script_word(kind), path);
    error.where.file = path;
    throw Failure(std::move(error));
}

}  // namespace kedge::project
