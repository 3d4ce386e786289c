// SPDX-License-Identifier: MIT
#include "migrate/upgrade.hpp"

#include <fmt/format.h>

#include "project/scripts.hpp"
#include "support/uri.hpp"

namespace kedge::migrate {

std::vector<std::pair<std::string, std::string>> upgrade_if_older(Session& session) {
    std::vector<std::pair<std::string, std::string>> steps;
    for (;;) {
        const std::string from = session.registry().version();
        if (from != "0" && from != "1.0") {
            session.require_current_registry();
            return steps;
        }
        const std::string to = from == "0" ? "1.0" : "1.1";
        session.reporter().handle(Notice{fmt::format("Upgrading the registry {} from {} to {}",
                                                     session.registry_name(), from, to)});
        session.store().upgrade_registry(from);
        if (from == "0") {
            // Those registries kept no hashes; the scripts at hand are the best there is.
            session.store().begin_registry();
            for (std::size_t i = 0; i < session.plan().changes().size(); ++i) {
                const std::string path = project::planned_script(session.target(), session.plan(),
                                                                 i, project::ScriptKind::deploy);
                session.registry().set_script_hash(session.plan().changes()[i].id.view(),
                                                   project::script_hash(path).str());
            }
            session.store().commit_registry();
        }
        session.forget_deployed();
        steps.emplace_back(from, to);
    }
}

void provide_registry(Session& session) {
    registry::Registry& registry = session.registry();
    if (!registry.exists()) {
        session.reporter().handle(
            Notice{fmt::format("Adding registry tables to {}", session.registry_name())});
        session.store().begin_registry();
        try {
            if (const auto left_out = registry.create()) {
                session.reporter().handle(
                    Warning{fmt::format("the registry goes without its checks: {}", *left_out)});
            }
            session.store().commit_registry();
        } catch (...) {
            session.store().rollback();
            throw;
        }
    } else {
        upgrade_if_older(session);
    }
    session.forget_deployed();
    if (session.deployed().empty()) register_project(session);
}

void register_project(Session& session) {
    const std::string name(session.plan().project());
    std::optional<std::string> uri;
    if (!session.plan().uri().empty()) uri = escaped_uri(session.plan().uri());
    for (const registry::ProjectRecord& known : session.registry().projects()) {
        if (known.name == name) {
            if (known.uri == uri) return;
            throw Failure(
                ErrorKind::usage,
                fmt::format(
                    "the registry has a project \"{}\" {}, and this plan's {}", name,
                    known.uri ? fmt::format("with the URI {}", *known.uri) : "without a URI",
                    uri ? fmt::format("has the URI {}", *uri) : "has none"),
                "is it another project of the same name?");
        }
        if (uri && known.uri == uri) {
            throw Failure(ErrorKind::usage,
                          fmt::format("the URI {} belongs to the project \"{}\" in the registry",
                                      *uri, known.name),
                          "give this project a URI of its own");
        }
    }
    session.store().begin_registry();
    try {
        session.registry().add_project(name, uri);
        session.store().commit_registry();
    } catch (...) {
        session.store().rollback();
        throw;
    }
}

}  // namespace kedge::migrate
