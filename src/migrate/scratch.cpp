// SPDX-License-Identifier: MIT
#include "migrate/scratch.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <exception>
#include <random>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "migrate/deploy.hpp"
#include "migrate/live_state.hpp"

namespace kedge::migrate {

namespace {

constexpr std::string_view kPrefix = "kedge_scratch_";

std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

std::string scratch_name() {
    std::random_device random;
    return fmt::format("{}{}_{:08x}", kPrefix, now(), random());
}

namespace {

/// When a scratch database of this name was made; nothing if it is no such name.
std::optional<std::int64_t> made_at(std::string_view name) {
    if (!name.starts_with(kPrefix)) return std::nullopt;
    const std::string_view rest = name.substr(kPrefix.size());
    if (rest.find_first_not_of("0123456789abcdef_") != rest.npos) return std::nullopt;
    std::int64_t made = 0;
    const auto [end, trouble] = std::from_chars(rest.data(), rest.data() + rest.size(), made);
    if (trouble != std::errc{} || end == rest.data() + rest.size() || *end != '_') {
        return std::nullopt;
    }
    return made;
}

}  // namespace

bool is_scratch_name(const std::string& name) {
    return made_at(name).has_value();
}

Scratch::Scratch(const project::Target& like, const std::string& making,
                 std::optional<project::Target> server, const Surroundings& surroundings)
    : engine_(engine_of(like)),
      server_(std::move(server)),
      surroundings_{surroundings.reporter, never_, surroundings.clock, surroundings.committer},
      database_(engine_.make_scratch(like, making, server_ ? &*server_ : nullptr, surroundings)) {}

Scratch::~Scratch() {
    try {
        engine_.drop_scratch(database_, server_ ? &*server_ : nullptr, surroundings_);
    } catch (const std::exception& trouble) {
        surroundings_.reporter.handle(
            Warning{fmt::format("{} is left behind: {}", database_.target.name, trouble.what())});
    }
}

schema::Snapshot planned_state(Session& session, const std::optional<std::string>& to) {
    session.record_by(RecordMode::off);
    if (to) {
        DeployOptions options;
        options.to = to;
        options.mode = RollbackMode::change;
        DeployResult result = deploy(session, options);
        if (result.error) {
            result.error->message =
                fmt::format("the plan can't be deployed into a scratch database: \"{}\": {}",
                            result.failed_change, result.error->message);
            result.error->state = "the target was not touched";
            throw Failure(std::move(*result.error));
        }
    }
    return live_state(session.target(), session.surroundings());
}

}  // namespace kedge::migrate
