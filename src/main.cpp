// SPDX-License-Identifier: MIT
#include "cli/app.hpp"
#include "db/sqlite/process.hpp"

int main(int argc, char** argv) {
    kedge::db::stop_counting_sqlite_memory();
    return kedge::cli::run(argc, argv);
}
