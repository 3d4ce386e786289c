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

bool is_left_scratch(const std::string& name) {
    constexpr std::int64_t kYoung = 5;
    if (!name.starts_with(kPrefix)) return false;
    const std::string_view rest = std::string_view(name).substr(kPrefix.size());
    if (rest.find_first_not_of("0123456789abcdef_") != rest.npos) return false;
    std::int64_t made = 0;
    const auto [end, trouble] = std::from_chars(rest.data(), rest.data() + rest.size(), made);
    return trouble == std::errc{} && end != rest.data() + rest.size() && *end == '_' &&
           now() - made > kYoung;
}

Scratch::Scratch(const project::Target& like, std::optional<project::Target> server,
                 const Surroundings& surroundings)
    : engine_(engine_of(like)),
      server_(std::move(server)),
      surroundings_{surroundings.reporter, never_, surroundings.clock, surroundings.committer},
      database_(engine_.make_scratch(like, server_ ? &*server_ : nullptr, surroundings)) {}

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
