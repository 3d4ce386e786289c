// SPDX-License-Identifier: MIT
#include "cli/plan_merge.hpp"

#include <fmt/format.h>

#include "plan/merge.hpp"
#include "report/error_text.hpp"
#include "support/files.hpp"

namespace kedge::cli {

void PlanMerge::add_options(CLI::App& app) {
    app.add_option("-o,--output", output_, "merge: write the merged plan here, not over OURS")
        ->type_name("FILE");
    app.add_option("--path", path_, "merge: the plan's name in messages")->type_name("PATH");
    app.add_option("--marker-size", marker_size_, "merge: length of the marks around a conflict")
        ->type_name("N");
}

int PlanMerge::run(Context& context, const std::vector<std::string>& files) const {
    constexpr std::size_t kFiles = 3;
    constexpr std::size_t kLongestMark = 1000;
    if (files.size() != kFiles) {
        throw Failure(ErrorKind::usage,
                      fmt::format("plan merge takes three files, and got {}", files.size()),
                      "they are: BASE OURS THEIRS, as git gives them to a merge driver; kedge init "
                      "--git sets one up");
    }
    if (marker_size_ == 0 || marker_size_ > kLongestMark) {
        throw Failure(ErrorKind::usage, "a mark has between 1 and 1000 characters");
    }
    const std::string base = read_file(files[0]);
    const std::string ours = read_file(files[1]);
    const std::string theirs = read_file(files[2]);
    const std::string& output = output_.empty() ? files[1] : output_;
    const std::string path = path_.empty() ? output : path_;
    const plan::Merged merged = plan::merge_plans({base, ours, theirs, path, marker_size_});
    write_file_atomically(output, merged.text);
    if (merged.conflicts.empty()) {
        context.info(
            fmt::format("{}: {} of theirs after {} of ours\n", path,
                        merged.theirs == 1 ? "1 change" : fmt::format("{} changes", merged.theirs),
                        merged.ours));
        return 0;
    }
    for (const Error& conflict : merged.conflicts) {
        context.err(report::error_text(conflict, context.err_style()));
    }
    return 1;
}

}  // namespace kedge::cli
