// SPDX-License-Identifier: MIT
#include "project/test_files.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace kedge::project {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) {
    return path.filename().string().starts_with('.');
}

std::vector<std::string> tests_in(const std::string& folder, const std::string& extension) {
    std::vector<std::string> out;
    std::error_code trouble;
    fs::recursive_directory_iterator entries(folder, trouble);
    for (; !trouble && entries != fs::end(entries); entries.increment(trouble)) {
        const fs::path& path = entries->path();
        if (is_hidden(path)) {
            entries.disable_recursion_pending();
        } else if (entries->is_regular_file() && path.extension() == "." + extension) {
            out.push_back(path.string());
        }
    }
    if (trouble) {
        throw Failure(ErrorKind::usage,
                      fmt::format("the folder {} can't be read: {}", folder, trouble.message()));
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace

std::vector<std::string> find_tests(const Target& target, const std::vector<std::string>& paths) {
    const bool is_default = paths.empty();
    std::vector<std::string> out;
    for (const std::string& path : is_default ? std::vector{target.test_dir} : paths) {
        std::error_code ignored;
        const bool is_folder = fs::is_directory(path, ignored);
        if (!is_folder && !fs::exists(path, ignored)) {
            throw Failure(ErrorKind::usage,
                          is_default ? fmt::format("there are no tests: no folder {}", path)
                                     : fmt::format("there is no test file or folder {}", path),
                          is_default ? "put SQL files into it, or name another folder in "
                                       "core.test_dir of the configuration"
                                     : "its path counts from the folder that kedge runs in");
        }
        const auto found = is_folder ? tests_in(path, target.extension) : std::vector{path};
        if (found.empty()) {
            throw Failure(ErrorKind::usage,
                          fmt::format("there are no tests: no *.{} in {}", target.extension, path));
        }
        for (const std::string& file : found) {
            if (std::find(out.begin(), out.end(), file) == out.end()) out.push_back(file);
        }
    }
    return out;
}

}  // namespace kedge::project
