// SPDX-License-Identifier: MIT
#include "migrate/server_engine.hpp"

#include <chrono>
#include <utility>

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

}  // namespace kedge::migrate
