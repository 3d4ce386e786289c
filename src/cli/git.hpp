// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kedge::cli {

/// The git that the project is kept in, run without a shell.
class Git {
  public:
    /// `client` is the program; `folder` where it runs.
    explicit Git(std::string client, std::string folder = ".")
        : client_(std::move(client)), folder_(std::move(folder)) {}

    /// Its standard output. Failure (usage) if it ends with another status than 0.
    [[nodiscard]] std::string run(const std::vector<std::string>& arguments) const;
    /// The same, and nothing if it fails; it doesn't complain then.
    [[nodiscard]] std::optional<std::string> ask(const std::vector<std::string>& arguments) const;

  private:
    [[nodiscard]] std::vector<std::string> words(const std::vector<std::string>& arguments) const;

    std::string client_;
    std::string folder_;
};

}  // namespace kedge::cli
