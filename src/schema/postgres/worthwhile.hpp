// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {

/// Which of the sources may find something. To plan a query that finds nothing takes as long as to
/// plan any other, and most databases have few kinds of objects: it is asked about all of them at
/// once.
class Worthwhile {
  public:
    explicit Worthwhile(const std::vector<Source>& sources);

    /// There is no need to ask about the source at this place.
    [[nodiscard]] bool is_sure(std::size_t source) const { return conditions_[source].empty(); }
    /// The places of those of the others that may.
    [[nodiscard]] std::vector<std::size_t> ask(db::Connection& connection) const;

  private:
    std::vector<std::string> conditions_;  ///< by source; empty where it is one for sure
};

}  // namespace kedge::schema::postgres
