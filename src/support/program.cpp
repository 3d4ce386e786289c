// SPDX-License-Identifier: MIT
#include "support/program.hpp"

#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <sys/wait.h>

#include "support/error.hpp"

namespace kedge {

std::string first_line_of_program(const std::string& command) {
    std::FILE* pipe = ::popen(command.c_str(), "re");
    if (pipe == nullptr) {
        throw Failure(ErrorKind::configuration, fmt::format("cannot run \"{}\"", command));
    }
    std::string text;
    std::array<char, 1024> buffer{};
    std::size_t got = 0;
    while ((got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
        text.append(buffer.data(), got);
    }
    const int status = ::pclose(pipe);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw Failure(ErrorKind::configuration,
                      fmt::format("the command \"{}\" failed with status {}", command,
                                  WIFEXITED(status) ? WEXITSTATUS(status) : -1),
                      "try it by hand; it has to print the password on a line");
    }
    text = text.substr(0, text.find_first_of("\r\n"));
    if (text.empty()) {
        throw Failure(ErrorKind::configuration,
                      fmt::format("the command \"{}\" prints nothing", command),
                      "it has to print the password on a line");
    }
    return text;
}

}  // namespace kedge
