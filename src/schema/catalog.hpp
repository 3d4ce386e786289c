// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "schema/state.hpp"

namespace kedge::schema {

/// An attribute that a query gives, and what brings its values to the one form that a state has;
/// null where they have it.
struct CatalogAttribute {
    std::string name;
    std::function<std::string(std::string)> form = {};
};

/// One query of a catalog, each of whose rows is an object or a part of one.
///
/// Its columns are: the object's kind, the object's name, the part's kind (NULL for the object
/// itself), the part's name, the identity (NULL for none), and then one for each of `attributes`.
/// NULL is an attribute that isn't there. Rows of ordered parts come in their order.
struct CatalogQuery {
    std::string sql;
    std::vector<CatalogAttribute> attributes;
};

/// Adds what the query found. A part belongs to an object that is in the state already, or is left
/// out with it: what decides which objects are read is said once, where they are.
void load(State& state, const CatalogQuery& query, const std::vector<db::Row>& rows);

}  // namespace kedge::schema
