// SPDX-License-Identifier: MIT
#include "migrate/server_engine.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "migrate/scratch.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

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

/// Drops what a run that was killed has left. Another run may be about the same; what can't be
/// dropped is in nobody's way.
void ServerEngine::clear_left(db::Connection& session, const project::Target& server,
                              const std::string& name, const Surroundings& surroundings) const {
    try {
        project::Target there = server;
        there.uri->dbname = name;
        make_droppable(*connect(there, surroundings));
        session.execute("DROP DATABASE IF EXISTS " + name);
    } catch (const Failure& failure) {
        if (failure.error().kind == ErrorKind::interrupted) throw;
        for (const db::Row& row : session.query(left_scratch_query())) {
            if (db::text_of(row.front()) != name) continue;
            surroundings.reporter.handle(Warning{
                fmt::format("{} was left by a run that was killed, and can't be dropped: {}", name,
                            failure.error().message)});
        }
    }
}

ScratchDatabase ServerEngine::make_scratch(const project::Target& like, const std::string& making,
                                           const project::Target* server,
                                           const Surroundings& surroundings) const {
    if (server == nullptr) {
        throw Failure(ErrorKind::usage, "a server is needed on which to make a scratch database",
                      "say which with --scratch: a target or a URI, best of a server of its own, "
                      "since scripts may name roles and databases");
    }
    std::unique_ptr<db::Connection> session = connect(*server, surroundings);
    for (const db::Row& row : session->query(left_scratch_query())) {
        // Names of other kinds are others' databases.
        const std::string left = db::text_of(row.front());
        if (is_scratch_name(left)) clear_left(*session, *server, left, surroundings);
    }
    const std::string name = scratch_name();
    // Before it is there, so that no other run takes it for a left one.
    hold_scratch(*session, name);
    // A server of another family or release may not know what the other has.
    std::vector<std::string> ways = split(making, '\n');
    if (ways.back().empty()) ways.pop_back();
    ways.emplace_back();
    for (std::size_t i = 0; i < ways.size(); ++i) {
        try {
            session->execute(fmt::format("CREATE DATABASE {} {}", name, ways[i]));
            break;
        } catch (const Failure& failure) {
            if (i + 1 == ways.size() || failure.error().kind != ErrorKind::refused) throw;
        }
    }
    ScratchDatabase out{like, nullptr};
    out.target.uri = server->uri;
    out.target.uri->dbname = name;
    out.target.password_command = server->password_command;
    out.target.name = out.target.uri->display();
    // In the scratch database itself.
    if (!has_registry_in_database()) out.target.registry.clear();
    out.hold = std::move(session);
    return out;
}

void ServerEngine::drop_scratch(ScratchDatabase& scratch, const project::Target* server,
                                const Surroundings& surroundings) const {
    make_droppable(*connect(scratch.target, surroundings));
    connect(*server, surroundings)->execute("DROP DATABASE " + scratch.target.uri->dbname);
    scratch.hold.reset();
}

}  // namespace kedge::migrate
