// SPDX-License-Identifier: MIT
#include "migrate/drift_sql.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "migrate/live_state.hpp"
#include "migrate/recording.hpp"
#include "migrate/scratch.hpp"
#include "migrate/state_writer.hpp"

namespace kedge::migrate {
namespace {

using Differences = std::vector<schema::Difference>;
using ObjectKeys = std::set<schema::ObjectKey>;

/// The live state, but for what is to be ignored and what couldn't be read: that is as recorded.
schema::State meant_state(const schema::State& recorded, const schema::State& live,
                          const DriftResult& drift) {
    if (drift.ignored.empty() && drift.unread.empty()) return live;
    schema::State out = recorded;
    for (const schema::Difference& one : drift.differences) schema::accept(out, live, one);
    out.sort();
    return out;
}

ObjectKeys objects_of(const Differences& differences) {
    ObjectKeys out;
    for (const schema::Difference& one : differences) {
        out.insert(one.object);
        if (one.verdict == schema::Verdict::renamed && one.part_kind.empty()) {
            out.insert({one.object.kind, one.actual.value_or("")});
        }
    }
    return out;
}

/// Whether the subject is what differs, its attribute alone, or all of its object.
bool is_about(const std::string& subject, const schema::Difference& difference) {
    return subject == difference.subject() ||
           subject == fmt::format("{}: {}", difference.subject(), difference.attribute) ||
           subject == fmt::format("{} {}", difference.object.kind, difference.object.name);
}

/// Statements in a scratch database.
class Proof {
  public:
    Proof(Session& original, const SessionMaker& make_session,
          const std::optional<project::Target>& server)
        : writer_(state_writer_of(original.target())),
          scratch_(original.target(), original.making(), server, original.surroundings()),
          session_(make_session(scratch_.target())) {}

    /// Makes the scratch database as `recorded`, but for objects that have no part in the drift.
    /// Why that failed, or nothing.
    std::string begin(Session& original, const schema::State& recorded, const ObjectKeys& drifted) {
        std::optional<std::string> last;
        if (original.has_registry() && !original.deployed().empty()) {
            last = original.deployed().changes().back().id;
        }
        const schema::State planned = planned_state(session_, last).state;
        const schema::SqlScript rest = writer_.write(planned, recorded, false);
        if (const auto error = run(rest)) {
            return fmt::format("a scratch database can't be made as recorded: {}", error->message);
        }
        const Differences apart = schema::compare(recorded, read(), false);
        for (const schema::Difference& one : apart) {
            if (drifted.contains(one.object)) {
                return fmt::format("a scratch database can't be made as recorded: {} {} there",
                                   one.subject(), schema::to_string(one.verdict));
            }
        }
        apart_ = objects_of(apart);
        return {};
    }

    /// The script that makes `from`, which the scratch database is as now, to be as `to`.
    ProvenScript step(const schema::State& from, const schema::State& to) {
        ProvenScript out;
        out.script = writer_.write(from, to, true);
        out.text = writer_.text(out.script);
        if (const auto error = run(out.script)) {
            out.reason = error->message;
            return out;
        }
        out.left = schema::compare(to, read(), false);
        std::erase_if(out.left, [&](const auto& one) { return apart_.contains(one.object); });
        // What is left open on purpose is told as that.
        const bool is_open = std::all_of(out.left.begin(), out.left.end(), [&](const auto& one) {
            return std::any_of(out.script.unwritten.begin(), out.script.unwritten.end(),
                               [&](const auto& open) { return is_about(open.subject, one); });
        });
        out.is_proven = is_open;
        if (!is_open) out.reason = "it leaves the schema otherwise than it should be";
        return out;
    }

    /// Why it could not be run, or nothing.
    std::optional<Error> run(const schema::SqlScript& script) {
        session_.open_for_writing(false, true);
        db::Connection& target = session_.store().target();
        try {
            for (const std::string& setting : script.settings) target.execute(setting);
            const bool together = target.abilities().transactional_ddl;
            if (together) target.begin();
            for (const schema::SqlStatement& one : script.statements) {
                if (!one.alone) target.execute(one.sql);
            }
            if (together) target.commit();
            for (const schema::SqlStatement& one : script.statements) {
                if (one.alone) target.execute(one.sql);
            }
        } catch (const Failure& failure) {
            if (failure.error().kind == ErrorKind::interrupted) throw;
            target.rollback();
            session_.finish(true);
            return failure.error();
        }
        session_.finish();
        return std::nullopt;
    }

    schema::State read() { return live_state(scratch_.target(), session_.surroundings()).state; }

  private:
    const schema::SqlWriter& writer_;
    Scratch scratch_;  ///< outlives the session in it
    Session session_;
    ObjectKeys apart_;  ///< what the scratch database has otherwise than recorded
};

}  // namespace

DriftSql drift_sql(Session& session, const SessionMaker& make_session,
                   const std::optional<project::Target>& server,
                   const std::vector<schema::IgnoreRule>& rules) {
    DriftSql out;
    out.drift = drift_since_recorded(session, rules);
    if (out.drift.differences.empty()) return out;
    registry::States& states = session.states();
    const schema::State live = session.live_state().state;
    const schema::State recorded = load_recorded(states, states.current(), live);
    const schema::State meant = meant_state(recorded, live, out.drift);
    Proof proof(session, make_session, server);
    const std::string trouble = proof.begin(session, recorded, objects_of(out.drift.differences));
    if (!trouble.empty()) {
        out.forward.reason = out.back.reason = trouble;
        return out;
    }
    out.forward = proof.step(recorded, meant);
    if (out.forward.is_proven) {
        out.back = proof.step(meant, recorded);
    } else {
        out.back.reason = "the drift can't be made in a scratch database, where it would be proven";
    }
    const schema::SqlWriter& writer = state_writer_of(session.target());
    out.verify = writer.text(writer.write_verify(recorded, meant));
    return out;
}

}  // namespace kedge::migrate
