// SPDX-License-Identifier: MIT
#include "cli/command.hpp"

namespace kedge::cli {

const std::vector<CommandEntry>& command_table() {
    static const std::vector<CommandEntry> table = {
        {"init", "Begin", "make a project: configuration, plan, folders for scripts",
         "kedge init shop --engine sqlite --target db:sqlite:shop.db", &make_init},
        {"add", "Plan", "plan a change and make its scripts from templates",
         "kedge add orders --requires customers -n 'Orders of customers'", &make_add},
        {"rework", "Plan", "plan a change of what an earlier change made",
         "kedge rework order_totals -n 'Totals include taxes'", &make_rework},
        {"tag", "Plan", "give a point of the plan a name, or list those names",
         "kedge tag v1.0 -n 'First release'", &make_tag},
        {"plan", "Plan", "list the planned changes", "kedge plan --format oneline", &make_plan},
        {"show", "Plan", "show what a change or tag is made of, or a script of it",
         "kedge show deploy orders", &make_show},
        {"bundle", "Plan", "copy configuration, plan and scripts for shipping",
         "kedge bundle --dest-dir dist", &make_bundle},
        {"deploy", "Deploy", "bring a database up to the plan", "kedge deploy --verify --to @v1.0",
         &make_deploy},
        {"verify", "Deploy", "run the verify scripts of all that is deployed",
         "kedge verify db:sqlite:shop.db", &make_verify},
        {"revert", "Deploy", "take deployed changes back, the latest first",
         "kedge revert --to @HEAD^ -y", &make_revert},
        {"rebase", "Deploy", "revert and deploy in one go", "kedge rebase --onto @v1.0 -y",
         &make_rebase},
        {"checkout", "Deploy", "change the git branch, and the database with it",
         "kedge checkout main -y", &make_checkout},
        {"resolve", "Deploy", "say what was done by hand about a change that stopped half-way",
         "kedge resolve orders --as deployed --reason 'index was made by hand'", &make_resolve},
        {"status", "Look", "show what is deployed and what is pending", "kedge status --show-tags",
         &make_status},
        {"log", "Look", "show who deployed, failed and reverted what, and when",
         "kedge log --event deploy --event fail -n 10", &make_log},
        {"check", "Look", "find scripts that were edited after their deploy", "kedge check",
         &make_check},
        {"rehearse", "Look", "try out the way back of what is pending, in a scratch database",
         "kedge rehearse prod --scratch db:pg://localhost/", &make_rehearse},
        {"drift", "Look", "compare the live schema with what was recorded",
         "kedge drift prod --against stage", &make_drift},
        {"baseline", "Look", "record the live schema as it is, or accept a drift",
         "kedge baseline --reason 'index made by hand in incident 42'", &make_baseline},
        {"blame", "Look", "show which change made or last altered a table and its parts",
         "kedge blame orders.total", &make_blame},
        {"state", "Look", "write down the state of a schema, and compare two",
         "kedge state diff stage prod", &make_state},
        {"config", "Set up", "read and write the configuration",
         "kedge config --user user.name 'Ada Lovelace'", &make_config},
        {"engine", "Set up", "configure what holds for an engine",
         "kedge engine alter sqlite --target db:sqlite:dev.db", &make_engine},
        {"target", "Set up", "configure databases by name",
         "kedge target add stage db:sqlite:stage.db", &make_target},
        {"upgrade", "Set up", "bring an old registry to the present version", "kedge upgrade",
         &make_upgrade},
        {"help", "Set up", "show the commands, or the manual of one", "kedge help deploy",
         &make_help},
    };
    return table;
}

}  // namespace kedge::cli
