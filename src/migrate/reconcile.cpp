// SPDX-License-Identifier: MIT
#include "migrate/reconcile.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "migrate/change_record.hpp"
#include "migrate/change_runner.hpp"
#include "migrate/half_applied.hpp"
#include "migrate/plan_order.hpp"
#include "project/scripts.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

using plan::kNone;

/// Finds for each deployed change the planned one that it is.
class Matcher {
  public:
    explicit Matcher(Session& session)
        : session_(session),
          plan_(session.plan()),
          deployed_(session.deployed().changes()),
          index_(deployed_.size(), kNone),
          row_(plan_.changes().size(), kNone) {
        for (auto& row : session.registry().dependencies(std::string(plan_.project()))) {
            dependencies_[row.change_id].push_back(row);
        }
        for (std::size_t i = 0; i < plan_.changes().size(); ++i) {
            instances_[plan_.changes()[i].name].push_back(i);
        }
    }

    /// Failure (edited_history) if there is none for one of them.
    void run() {
        for (std::size_t i = 0; i < deployed_.size(); ++i) {
            if (const auto at = plan_.find_id(deployed_[i].id)) take(i, *at);
        }
        for (std::size_t i = 0; i < deployed_.size(); ++i) {
            if (index_[i] == kNone) find(i);
        }
        for (std::size_t i = 0; i < deployed_.size(); ++i) check_tags(i);
        refuse();
    }

    /// The deployed change that a planned one is; kNone if it isn't deployed.
    [[nodiscard]] std::size_t row_of(std::size_t planned) const { return row_[planned]; }
    [[nodiscard]] const std::vector<registry::RecordedDependency>& dependencies_of(
        const std::string& id) const {
        static const std::vector<registry::RecordedDependency> none;
        const auto at = dependencies_.find(id);
        return at == dependencies_.end() ? none : at->second;
    }

  private:
    void take(std::size_t row, std::size_t planned) {
        index_[row] = planned;
        row_[planned] = row;
    }

    void find(std::size_t row) {
        const registry::DeployedChange& change = deployed_[row];
        const auto known = instances_.find(change.name);
        if (known == instances_.end()) {
            tell(row, kNone, "is not in the plan");
            return;
        }
        std::size_t other = kNone;
        for (const std::size_t planned : known->second) {
            if (row_[planned] != kNone) continue;
            const std::string path = project::planned_script(session_.target(), plan_, planned,
                                                             project::ScriptKind::deploy);
            if (!project::is_edited(path, change.script_hash)) {
                take(row, planned);
                compare_dependencies(row, planned);
                return;
            }
            if (other == kNone) other = planned;
        }
        if (other == kNone) {
            tell(row, known->second.back(), "is deployed more often than it is planned");
        } else {
            const std::string path = project::planned_script(session_.target(), plan_, other,
                                                             project::ScriptKind::deploy);
            tell(row, other,
                 file_exists(path) ? fmt::format("was deployed with another script than {}", path)
                                   : fmt::format("has no script {} any more", path));
        }
    }

    /// `[a b !c]` in an order of its own.
    static std::string sorted_list(std::vector<std::string> texts) {
        std::sort(texts.begin(), texts.end());
        return texts.empty() ? "none" : fmt::format("[{}]", join(texts, " "));
    }

    [[nodiscard]] std::string recorded_list(const std::string& id) const {
        std::vector<std::string> texts;
        for (const auto& row : dependencies_of(id)) {
            texts.push_back((row.conflict ? "!" : "") + row.text);
        }
        return sorted_list(std::move(texts));
    }

    void compare_dependencies(std::size_t row, std::size_t planned) {
        std::vector<std::string> texts;
        for (const auto& one : plan_.changes()[planned].required) texts.emplace_back(one.text);
        for (const auto& one : plan_.changes()[planned].conflicts) {
            texts.push_back(fmt::format("!{}", one.text));
        }
        const std::string now = sorted_list(std::move(texts));
        const std::string then = recorded_list(deployed_[row].id);
        if (now == then) return;
        tell(row, planned,
             fmt::format("has other dependencies: deployed with {}, planned with {}", then, now));
    }

    /// A tag that the plan has on a change that isn't deployed would be wrong wherever it is.
    void check_tags(std::size_t row) {
        for (const std::string& tag : deployed_[row].tags) {
            const auto index = plan_.find_tag(std::string_view(tag).substr(1));
            if (!index || index_[row] == kNone) continue;
            const std::size_t planned = plan_.tags()[*index].change;
            if (row_[planned] != kNone) continue;
            tell(row, planned,
                 fmt::format("has the tag {}, which the plan has on \"{}\"", tag,
                             plan_.changes()[planned].name));
        }
    }

    [[nodiscard]] std::string line(std::size_t number) const {
        const std::string_view text = plan_.text();
        std::size_t at = 0;
        for (std::size_t i = 1; i < number; ++i) at = text.find('\n', at) + 1;
        return std::string(trim(text.substr(at, text.find('\n', at) - at)));
    }

    void tell(std::size_t row, std::size_t planned, const std::string& what) {
        const registry::DeployedChange& change = deployed_[row];
        Error error;
        error.kind = ErrorKind::edited_history;
        error.message = fmt::format("\"{}\" {}", change.name_with_tags(), what);
        error.where.file = plan_.file();
        const auto event = session_.registry().details(change.id);
        std::string text =
            fmt::format("deployed: {} {}, {} by {} <{}>", change.id, change.name_with_tags(),
                        format_sql_time(change.committed_at, 0), event ? event->committer.name : "",
                        event ? event->committer.email : "");
        if (const std::string list = recorded_list(change.id); list != "none") text += " " + list;
        if (planned != kNone) {
            error.where.line = plan_.changes()[planned].line;
            text += fmt::format("\nplanned:  {}", line(error.where.line));
        }
        error.detail = std::move(text);
        refused_.push_back(std::move(error));
        refused_rows_.insert(row);
    }

    void refuse() {
        if (refused_.empty()) return;
        Error error;
        error.kind = ErrorKind::edited_history;
        error.message = fmt::format("{} of {} deployed changes can't be carried over to {}",
                                    refused_rows_.size(), deployed_.size(), plan_.file());
        error.state = "nothing was carried over";
        error.hint =
            "bring their lines and scripts back as they were deployed, or revert them with the "
            "plan and scripts that they were deployed from";
        error.also = std::move(refused_);
        throw Failure(std::move(error));
    }

    Session& session_;
    const plan::Plan& plan_;
    const std::vector<registry::DeployedChange>& deployed_;
    std::vector<std::size_t> index_;
    std::vector<std::size_t> row_;
    std::unordered_map<std::string, std::vector<registry::RecordedDependency>> dependencies_;
    std::unordered_map<std::string_view, std::vector<std::size_t>> instances_;
    std::vector<Error> refused_;
    std::set<std::size_t> refused_rows_;  ///< one may be refused for several reasons
};

void refuse_half_applied(Session& session) {
    for (const registry::JournalEntry& entry : session.store().journal().entries()) {
        if (entry.state == "done" || entry.project != session.plan().project()) continue;
        Error error = stopped_half_way(entry);
        error.hint = "bring it to its end with the plan that it began with";
        error.state = "nothing was carried over";
        throw Failure(std::move(error));
    }
}

/// Sorts a change's planned tags into those that have a row and those that have none, and finds
/// those that only have a row.
void sort_tags(const plan::Plan& plan, const registry::DeployedChange& row,
               const std::unordered_set<std::string>& recorded, registry::CarriedChange& out) {
    std::vector<registry::TagRecord> known;
    for (registry::TagRecord& tag : out.record.tags) {
        (recorded.contains(tag.name) ? known : out.new_tags).push_back(std::move(tag));
    }
    out.record.tags = std::move(known);
    for (const std::string& tag : row.tags) {
        if (!plan.find_tag(std::string_view(tag).substr(1))) out.other_tags.push_back(tag);
    }
}

bool same_tags(const registry::DeployedChange& row, const registry::CarriedChange& carried) {
    return carried.new_tags.empty() &&
           std::all_of(carried.record.tags.begin(), carried.record.tags.end(),
                       [&](const registry::TagRecord& tag) {
                           return std::find(row.tags.begin(), row.tags.end(), tag.name) !=
                                  row.tags.end();
                       });
}

/// What the plan makes of the deployed changes, once each has its place there.
class Carrier {
  public:
    Carrier(Session& session, const Matcher& matcher)
        : session_(session), plan_(session.plan()), matcher_(matcher) {
        for (std::size_t i = 0; i < plan_.changes().size(); ++i) {
            if (matcher.row_of(i) == kNone) continue;
            planned_.push_back(i);
            new_ids_.emplace(row(i).id, plan_.changes()[i].id.str());
        }
        for (const registry::DeployedTag& tag : session.deployed().tags()) {
            recorded_tags_.insert(tag.name);
        }
    }

    ReconcilePlan run() {
        std::vector<std::optional<Timestamp>> moments;
        for (const std::size_t i : planned_) moments.emplace_back(row(i).committed_at);
        const std::vector<Timestamp> ordered = ascending_moments(moments);
        for (std::size_t k = 0; k < planned_.size(); ++k) add(planned_[k], ordered[k]);
        add_dependents();
        const std::size_t last = planned_.empty() ? 0 : planned_.back();
        for (std::size_t i = 0; i < last; ++i) {
            if (matcher_.row_of(i) == kNone) out_.between.push_back(plan_.name_with_tags(i));
        }
        return std::move(out_);
    }

  private:
    [[nodiscard]] const registry::DeployedChange& row(std::size_t planned) const {
        return session_.deployed().changes()[matcher_.row_of(planned)];
    }

    void add(std::size_t planned, Timestamp moment) {
        const registry::DeployedChange& deployed = row(planned);
        registry::CarriedChange carried;
        carried.old_id = deployed.id;
        carried.committed_at = moment;
        carried.moves = moment != deployed.committed_at;
        carried.record = record_of(planned, deployed);
        sort_tags(plan_, deployed, recorded_tags_, carried);
        if (!carried.is_renamed() && !carried.moves && same_tags(deployed, carried)) return;
        ReconcilePlan::Change& change = out_.changes.emplace_back();
        change.name = plan_.name_with_tags(planned);
        if (carried.moves) change.old_moment = deployed.committed_at;
        change.carried = std::move(carried);
    }

    /// As planned, and requiring the same deployed changes as before.
    [[nodiscard]] registry::ChangeRecord record_of(std::size_t planned,
                                                   const registry::DeployedChange& deployed) const {
        ResolvedDependencies resolved;
        const std::string id = plan_.changes()[planned].id.str();
        for (const auto& dependency : plan_.changes()[planned].required) {
            resolved.add(id, dependency.text, {});
        }
        for (const auto& row : matcher_.dependencies_of(deployed.id)) {
            if (!row.conflict) resolved.add(id, row.text, new_id(row.required_id));
        }
        return change_record(plan_, planned, resolved, deployed.script_hash);
    }

    [[nodiscard]] std::string new_id(const std::string& id) const {
        const auto at = new_ids_.find(id);
        return at == new_ids_.end() ? id : at->second;
    }

    void add_dependents() {
        std::unordered_set<std::string> renamed;
        for (const ReconcilePlan::Change& change : out_.changes) {
            if (change.carried.is_renamed()) renamed.insert(change.carried.old_id);
        }
        if (renamed.empty()) return;
        for (const registry::Dependent& one : session_.registry().dependents()) {
            if (renamed.contains(one.change_id) || !renamed.contains(one.required_id)) continue;
            out_.dependents.push_back({one.change_id, one.required_id, new_id(one.required_id)});
        }
    }

    Session& session_;
    const plan::Plan& plan_;
    const Matcher& matcher_;
    std::vector<std::size_t> planned_;  ///< what is deployed, in the plan's order
    std::unordered_map<std::string, std::string> new_ids_;
    std::unordered_set<std::string> recorded_tags_;
    ReconcilePlan out_;
};

ReconcilePlan prepare(Session& session, bool look_only) {
    ReconcilePlan out;
    if (!look_only) {
        session.open_for_writing(true, true);
    } else if (!session.open_for_reading()) {
        throw Failure(ErrorKind::usage,
                      fmt::format("no registry found in {}", session.registry_name()),
                      "nothing was deployed there yet");
    }
    session.require_current_registry();
    if (session.deployed().empty()) {
        out.nothing_to_do = "nothing to reconcile (nothing deployed)";
        return out;
    }
    refuse_half_applied(session);
    Matcher matcher(session);
    matcher.run();
    out = Carrier(session, matcher).run();
    if (out.changes.empty()) {
        out.nothing_to_do = "nothing to reconcile (the registry is as the plan has it)";
    }
    return out;
}

}  // namespace

ReconcilePlan plan_reconcile(Session& session, bool look_only) {
    try {
        return prepare(session, look_only);
    } catch (Failure& failure) {
        say_nothing_was(failure.error(), "carried over");
        throw;
    }
}

void reconcile(Session& session, const ReconcilePlan& plan) {
    std::vector<registry::CarriedChange> changes;
    registry::JournalEntry entry;
    for (const ReconcilePlan::Change& change : plan.changes) {
        changes.push_back(change.carried);
        if (!change.carried.is_renamed()) continue;
        entry.change_id = change.carried.record.id;
        entry.change = change.carried.record.name;
    }
    const bool is_renaming = !entry.change_id.empty();
    entry.operation = "reconcile";
    entry.project = std::string(session.plan().project());
    registry::Store& store = session.store();
    session.check_interrupted();
    if (is_renaming) {
        store.begin();
    } else {
        store.begin_registry();
    }
    try {
        ChangeRunner(session).check_still_current();
        session.registry().carry_over(changes, plan.dependents);
        if (is_renaming && session.states().exists()) {
            for (const registry::CarriedChange& change : changes) {
                if (change.is_renamed()) {
                    session.states().rename_change(change.old_id, change.record.id);
                }
            }
        }
        if (is_renaming) {
            store.commit(entry);
        } else {
            store.commit_registry();
        }
    } catch (...) {
        store.rollback();
        throw;
    }
    session.forget_deployed();
    session.finish();
}

}  // namespace kedge::migrate
