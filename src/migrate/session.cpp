// SPDX-License-Identifier: MIT
#include "migrate/session.hpp"

#include <fmt/format.h>

namespace kedge::migrate {

void say_nothing_was(Error& error, const char* done) {
    const bool in_doubt = error.kind == ErrorKind::connection ||
                          error.kind == ErrorKind::interrupted || error.kind == ErrorKind::locked;
    if (in_doubt && error.state.empty()) error.state = fmt::format("nothing was {}", done);
}

Session::Session(project::Target target, plan::Plan plan, ScriptVariables variables,
                 Surroundings surroundings)
    : target_(std::move(target)),
      plan_(std::move(plan)),
      variables_(std::move(variables)),
      surroundings_(std::move(surroundings)),
      engine_(engine_of(target_)) {}

bool Session::open_for_reading() {
    if (opened_.store) return has_registry();
    opened_.store = engine_.open(target_, Access::read, surroundings_);
    if (!opened_.store) return false;
    if (store().needs_recovery()) {
        // Like SQLite's own recovery of a hot journal this writes, but nothing that the crashed
        // operation had not promised. If a deployment is running right now, it isn't ours to
        // settle.
        if (const auto lock = engine_.try_lock(target_)) store().recover();
    }
    return has_registry();
}

void Session::open_for_writing(bool need_registry, bool scripts_run) {
    deployed_.reset();
    states_.reset();
    const Access access = need_registry ? Access::read
                          : scripts_run ? Access::write
                                        : Access::registry;
    engine_.open_locked(target_, access, surroundings_, opened_);
    if (need_registry && !has_registry()) {
        throw Failure(ErrorKind::usage,
                      fmt::format("no registry found in {}", engine_.registry_name(target_)),
                      "nothing was deployed there yet");
    }
    store().recover();
    client_variables_ = store().target().client_variables();
}

void Session::finish(bool failed) {
    if (opened_.lock && !opened_.lock->still_held() && !store().target().is_lost()) {
        surroundings_.reporter.handle(
            Warning{fmt::format("the lock was lost while kedge was working ({}); was another "
                                "deployment running?",
                                opened_.lock->how_lost())});
    }
    try {
        store().finish();
    } catch (Failure& failure) {
        if (failed) return;  // what is left is put in order by the next run
        if (failure.error().state.empty()) {
            failure.error().state =
                "all that was to be done is done and recorded; only clearing up after it failed";
        }
        throw;
    }
}

void Session::check_interrupted() const {
    if (surroundings_.cancellation.requested())
        throw Failure(ErrorKind::interrupted, "interrupted");
}

bool Session::check_lock() {
    if (!opened_.lock || opened_.lock->still_held()) return true;
    if (store().target().is_lost()) return true;  // whatever comes next says so
    if (opened_.lock->regain()) return false;
    throw Failure(ErrorKind::locked,
                  fmt::format("the lock that keeps other deployments out was lost: {}",
                              opened_.lock->how_lost()),
                  "run the command again: it goes on from what is deployed now");
}

registry::Deployed& Session::deployed() {
    if (!deployed_) {
        deployed_ = has_registry() ? registry().deployed(std::string(plan_.project()))
                                   : registry::Deployed();
    }
    return *deployed_;
}

registry::States& Session::states() {
    if (!states_) {
        states_.emplace(store().target(), registry().sql(), engine_.state_place(target_));
    }
    return *states_;
}

schema::Snapshot Session::live_state() {
    return engine_.state_reader().read(store().target(), engine_.scope(target_));
}

std::string Session::making() {
    return opened_.store ? engine_.making_of(store().target()) : std::string();
}

void Session::require_current_registry() {
    const std::string version = registry().version();
    if (version == registry::kRegistryVersion) return;
    if (std::stod(version) < std::stod(std::string(registry::kRegistryVersion))) {
        throw Failure(ErrorKind::usage,
                      fmt::format("the registry {} is at version {}, and {} is needed",
                                  registry_name(), version, registry::kRegistryVersion),
                      "upgrade it with: kedge upgrade");
    }
    throw Failure(ErrorKind::usage,
                  fmt::format("the registry {} is at version {}; this kedge knows {} at most",
                              registry_name(), version, registry::kRegistryVersion),
                  "use a newer kedge");
}

script::Script Session::script(script::Purpose purpose, std::string path) {
    const auto& variables = purpose == script::Purpose::deploy   ? variables_.deploy
                            : purpose == script::Purpose::revert ? variables_.revert
                            : purpose == script::Purpose::verify ? variables_.verify
                                                                 : variables_.test;
    script::Script out{std::move(path), purpose, variables, engine_.script_variables(target_),
                       false};
    if (!client_variables_ && opened_.store)
        client_variables_ = store().target().client_variables();
    if (client_variables_) {
        out.client_variables.insert(client_variables_->begin(), client_variables_->end());
    }
    return out;
}

}  // namespace kedge::migrate
