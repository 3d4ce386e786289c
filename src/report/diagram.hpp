// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "schema/state.hpp"

namespace kedge::report {

/// Tables and the foreign keys between them, to be drawn. The same state gives the same bytes.
class Diagram {
  public:
    struct Column {
        std::string name;
        std::string type;
        bool is_key = false;      ///< of the primary key
        bool is_foreign = false;  ///< of a foreign key
    };
    struct Table {
        std::string name;
        std::vector<Column> columns;
    };
    struct Reference {
        std::size_t from = 0;  ///< the table that has the foreign key
        std::size_t to = 0;
        std::string columns;
        bool is_optional = false;  ///< a column of it may be null
    };

    /// The tables of a state. Foreign keys to tables that it hasn't are left out.
    [[nodiscard]] static Diagram of(const schema::State& state);

    [[nodiscard]] const std::vector<Table>& tables() const noexcept { return tables_; }
    [[nodiscard]] const std::vector<Reference>& references() const noexcept { return references_; }

    /// As an `erDiagram` of Mermaid (https://mermaid.js.org/syntax/entityRelationshipDiagram.html).
    [[nodiscard]] std::string mermaid() const;
    /// As a picture of its own; referenced tables are to the left of those that refer to them.
    [[nodiscard]] std::string svg() const;

  private:
    std::vector<Table> tables_;
    std::vector<Reference> references_;
};

}  // namespace kedge::report
