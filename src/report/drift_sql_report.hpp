// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "migrate/drift_sql.hpp"

namespace kedge::report {

/// Which of the two scripts are shown.
struct DriftDirections {
    bool back = true;
    bool forward = true;
};

/// The scripts as SQL with everything else in comments, so that one of them alone can be run.
[[nodiscard]] std::string drift_sql_text(const migrate::DriftSql& result,
                                         const DriftDirections& directions);
[[nodiscard]] std::string drift_sql_json(const migrate::DriftSql& result,
                                         const DriftDirections& directions);

}  // namespace kedge::report
