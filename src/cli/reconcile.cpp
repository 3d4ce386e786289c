// SPDX-License-Identifier: MIT
#include "migrate/reconcile.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/run_report.hpp"
#include "report/json.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

class Reconcile final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Targets");
        app.add_flag("-y,--yes", yes_, "Don't ask");
        app.add_flag("--dry-run", dry_run_, "Say what would be carried over, and do nothing");
        project_.add(app);
        connection_.add(app, project_.overrides);
        lock_.add(app);
        format_.add(app);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        const Arguments arguments = sort_arguments(project, words_, false);
        refuse_others(project, arguments);
        const auto consent = RevertConsent::read(project, "reconcile", yes_);
        for (const project::Target& target : chosen_targets(project, arguments)) {
            const int status = reconcile(context, project, target, consent);
            if (status != 0) return status;
        }
        return 0;
    }

  private:
    int reconcile(const Context& context, const project::Project& project,
                  const project::Target& target, const RevertConsent& consent) const {
        const auto reporter = context.reporter(project);
        migrate::Session session = make_session(context, project, target, *reporter, {}, lock_);
        const migrate::ReconcilePlan plan = migrate::plan_reconcile(session, dry_run_);
        const bool works = plan.nothing_to_do.empty() && !dry_run_;
        if (!context.json) show(context, target, plan);
        if (works) {
            if (!may(context, session, plan, consent)) return 1;
            migrate::reconcile(session, plan);
        }
        if (context.json) {
            context.out(report::json_reconcile(target.name, plan, works));
        } else if (works) {
            context.info(fmt::format("{} carried over\n", count(plan.changes.size())));
        }
        if (!plan.between.empty()) {
            context.warn(
                fmt::format("planned before deployed changes, and not deployed: {}; deploy "
                            "with: kedge deploy --out-of-order",
                            join(plan.between, ", ")));
        }
        return 0;
    }

    static std::string count(std::size_t changes) {
        return changes == 1 ? "1 change" : fmt::format("{} changes", changes);
    }

    static void show(const Context& context, const project::Target& target,
                     const migrate::ReconcilePlan& plan) {
        if (!plan.nothing_to_do.empty()) {
            std::string text = plan.nothing_to_do;
            text[0] = 'N';
            context.info(text + "\n");
            return;
        }
        std::size_t width = 0;
        for (const auto& change : plan.changes) {
            width = std::max(width, display_width(change.name));
        }
        context.out(fmt::format("To be carried over in {}:\n", target.name));
        for (const auto& change : plan.changes) {
            const std::string gap(width - display_width(change.name), ' ');
            context.out(fmt::format("  * {}{}  {}\n", change.name, gap, what(change)));
        }
    }

    static std::string what(const migrate::ReconcilePlan::Change& change) {
        constexpr std::size_t kShown = 10;
        const registry::CarriedChange& carried = change.carried;
        std::vector<std::string> parts;
        if (carried.is_renamed()) {
            parts.push_back(fmt::format("{} -> {}", carried.old_id.substr(0, kShown),
                                        carried.record.id.substr(0, kShown)));
        }
        if (carried.moves) parts.emplace_back("in another order");
        for (const registry::TagRecord& tag : carried.new_tags) {
            parts.push_back(fmt::format("with {}", tag.name));
        }
        return parts.empty() ? "other tags" : join(parts, ", ");
    }

    static bool may(const Context& context, const migrate::Session& session,
                    const migrate::ReconcilePlan& plan, const RevertConsent& consent) {
        if (consent.yes) return true;
        if (!context.is_interactive() || context.json) {
            throw Failure(ErrorKind::usage,
                          fmt::format("{} would be carried over in {}, and nobody can be asked",
                                      count(plan.changes.size()), session.target().name),
                          "say yes with -y");
        }
        if (context.ask(fmt::format("Carry the registry over to {}?", session.plan().file()),
                        consent.preset)) {
            return true;
        }
        context.info("Nothing carried over\n");
        return false;
    }

    std::vector<std::string> words_;
    bool yes_ = false;
    bool dry_run_ = false;
    ProjectOptions project_;
    ConnectionOptions connection_;
    LockOption lock_;
    FormatOption format_;
};

}  // namespace

std::unique_ptr<Command> make_reconcile() {
    return std::make_unique<Reconcile>();
}

}  // namespace kedge::cli
