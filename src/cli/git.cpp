// SPDX-License-Identifier: MIT
#include "cli/git.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

struct ProcessResult {
    int status = 0;
    std::string output;
};

/// Runs a program without a shell and takes its standard output.
ProcessResult run_program(std::vector<std::string> words) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw Failure(ErrorKind::internal, "cannot make a pipe");
    const pid_t child = ::fork();
    if (child < 0) throw Failure(ErrorKind::internal, "cannot start a process");
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        std::vector<char*> pointers;
        for (std::string& word : words) pointers.push_back(word.data());
        pointers.push_back(nullptr);
        ::execvp(pointers.front(), pointers.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    ProcessResult out;
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t got = ::read(ends[0], buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        out.output.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return out;
}

}  // namespace

std::string Git::operator()(const std::vector<std::string>& arguments) const {
    std::vector<std::string> words = {client_};
    words.insert(words.end(), arguments.begin(), arguments.end());
    ProcessResult result = run_program(words);
    if (result.status == 0) return std::move(result.output);
    throw Failure(ErrorKind::usage,
                  fmt::format("{} failed with status {}", join(words, " "), result.status));
}

}  // namespace kedge::cli
