// SPDX-License-Identifier: MIT
#include "support/program.hpp"

#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <sys/wait.h>

#include "support/error.hpp"

namespace kedge {

int run_program(const std::string& command,
                const std::function<void(std::string_view text)>& output) {
    std::FILE* pipe = ::popen(command.c_str(), "re");
    if (pipe == nullptr) return -1;
    std::array<char, 4096> buffer{};
    std::size_t got = 0;
    while ((got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
        output({buffer.data(), got});
    }
    const int status = ::pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string first_line_of_program(const std::string& command) {
    std::string text;
    const int status = run_program(command, [&](std::string_view more) { text += more; });
    if (status != 0) {
        throw Failure(ErrorKind::configuration,
                      fmt::format("the command \"{}\" failed with status {}", command, status),
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
