// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace kedge::script {

/// A script file, read line by line through a buffer of fixed size.
class LineReader {
  public:
    /// Failure (script) if the file can't be opened or is no regular file.
    explicit LineReader(std::string path);
    ~LineReader();
    LineReader(LineReader&&) noexcept;
    LineReader& operator=(LineReader&&) noexcept;
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;

    /// The next line with its line end; false at the end of the file.
    bool next(std::string& line);
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// Number of the line that next() gave last, from 1.
    [[nodiscard]] std::size_t line() const noexcept { return line_; }

  private:
    struct File;
    bool fill();

    std::string path_;
    std::unique_ptr<File> file_;
    std::string_view unread_;  ///< of what the last reading brought
    std::size_t line_ = 0;
};

}  // namespace kedge::script
