// SPDX-License-Identifier: MIT
// Writes what kedge would send for a script for MySQL: each statement in hexadecimal on a line of
// its own. For mysql_client.py, which compares them with what the client sends.
#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "script/mysql/reader.hpp"
#include "support/error.hpp"

int main(int count, char** arguments) {
    using kedge::script::mysql::Reader;
    try {
        for (int i = 1; i < count; ++i) {
            fmt::print("file {}\n", arguments[i]);
            Reader reader(arguments[i], {}, [](const kedge::Error& error) {
                // What ends too early the client sends as it is.
                const bool is_sent = error.message.starts_with("the file ends within");
                if (!is_sent) fmt::print("refused {}\n", error.message);
            });
            for (auto item = reader.next(); item != Reader::Item::end; item = reader.next()) {
                if (item != Reader::Item::statement) continue;
                for (const char c : reader.statement().text) {
                    fmt::print("{:02x}", static_cast<unsigned char>(c));
                }
                fmt::print("\n");
            }
        }
        return 0;
    } catch (const std::exception& problem) {
        fmt::print(stderr, "{}\n", problem.what());
        return 1;
    }
}
