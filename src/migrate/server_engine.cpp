// SPDX-License-Identifier: MIT
#include "migrate/server_engine.hpp"

#include <chrono>
#include <utility>

#include "migrate/scratch.hpp"
#include "support/program.hpp"

namespace kedge::migrate {

std::function<std::string()> ServerEngine::password_of(const project::Target& target) {
    if (target.uri->password && !target.uri->password->empty()) {
        return [password = *target.uri->password] { return password; };
    }
    if (target.password_command.empty()) return {};
    return [command = target.password_command] { return first_line_of_program(command); };
}

std::unique_ptr<registry::Store> ServerEngine::make_store(
    std::unique_ptr<db::Connection> connection, const project::Target& target,
    const Surroundings& surroundings) const {
    const auto offset = now(*connection) - surroundings.clock.now();
    auto store =
        std::make_unique<registry::Store>(std::move(connection), nullptr, registry_sql(target),
                                          surroundings.clock, surroundings.committer);
    store->registry().set_clock_offset(offset);
    return store;
}

std::unique_ptr<registry::Store> ServerEngine::open(const project::Target& target, Access,
                                                    const Surroundings& surroundings) const {
    return make_store(connect(target, surroundings), target, surroundings);
}

void ServerEngine::open_locked(const project::Target& target, Access,
                               const Surroundings& surroundings, Opened& opened) const {
    auto connection = opened.lock ? opened.store->take_target() : connect(target, surroundings);
    opened.store.reset();
    if (!opened.lock) {
        const auto on_wait = [&](const std::string& holder, std::chrono::milliseconds waited) {
            surroundings.reporter.handle(Waiting{holder, waited});
        };
        opened.lock = lock(*connection, target, surroundings, on_wait);
    }
    opened.store = make_store(std::move(connection), target, surroundings);
}

ScratchDatabase ServerEngine::make_scratch(const project::Target& like,
                                           const project::Target* server,
                                           const Surroundings& surroundings) const {
    if (server == nullptr) {
        throw Failure(ErrorKind::usage, "a server is needed on which to make a scratch database",
                      "say which with --scratch: a target or a URI, best of a server of its own, "
                      "since scripts may name roles and databases");
    }
    const auto session = connect(*server, surroundings);
    for (const db::Row& row : session->query(left_scratch_query())) {
        // Names of other kinds are others' databases.
        if (const std::string left = db::text_of(row.front()); is_left_scratch(left)) {
            project::Target there = *server;
            there.uri->dbname = left;
            make_droppable(*connect(there, surroundings));
            session->execute("DROP DATABASE " + left);
        }
    }
    const std::string name = scratch_name();
    session->execute("CREATE DATABASE " + name);
    ScratchDatabase out{like, nullptr};
    out.target.uri = server->uri;
    out.target.uri->dbname = name;
    out.target.password_command = server->password_command;
    out.target.name = out.target.uri->display();
    // In the scratch database itself.
    if (!has_registry_in_database()) out.target.registry.clear();
    std::unique_ptr<db::Connection> keeper = connect(out.target, surroundings);
    hold_scratch(*keeper, name);
    out.hold = std::move(keeper);
    return out;
}

void ServerEngine::drop_scratch(ScratchDatabase& scratch, const project::Target* server,
                                const Surroundings& surroundings) const {
    make_droppable(*connect(scratch.target, surroundings));
    scratch.hold.reset();
    connect(*server, surroundings)->execute("DROP DATABASE " + scratch.target.uri->dbname);
}

}  // namespace kedge::migrate
