// SPDX-License-Identifier: MIT
// An application that brings its database up to date before it does anything else.
// usage: example FOLDER DATABASE
#include <iostream>

#include "kedge/migrations.hpp"

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: example FOLDER DATABASE\n";
        return 2;
    }
    kedge::MigrationOptions options;
    options.folder = argv[1];
    options.target = std::string("db:sqlite:") + argv[2];
    options.committer_name = "example";
    options.on_progress = [](const std::string& line) { std::cout << "  " << line << '\n'; };
    try {
        std::cout << kedge::pending_changes(options).size() << " to deploy\n";
        std::cout << kedge::deploy_pending(options).size() << " deployed\n";
    } catch (const kedge::MigrationError& error) {
        std::cerr << error.what() << '\n' << error.state() << '\n' << error.hint() << '\n';
        return error.status();
    }
    return 0;
}
