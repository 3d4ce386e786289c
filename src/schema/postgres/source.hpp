// SPDX-License-Identifier: MIT
// A query of PostgreSQL's catalogs in its pieces, so that each attribute's name stands beside what
// it is read by.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/catalog.hpp"

namespace kedge::schema::postgres {

/// What few databases have, and terms speak of that are long to plan.
enum class Rarity { common, labels, tablespaces, inheritance };

struct Server {
    int major = 0;
    std::string registry = "0";  ///< OID of the schema that is left out; 0 is nobody's
    std::string schemas;         ///< the application's: a relation of `oid` and quoted `name`
    std::set<Rarity> has;        ///< what of the rare there is
    bool has_relations = true;   ///< of the application's
};

/// An attribute and the expression that gives it, on servers that have what it speaks of.
struct Term {
    std::string attribute;
    std::string sql;
    int since = 0;  ///< major version
    Rarity of = Rarity::common;
};

/// All are SQL expressions but `from`, which is the query from that word on.
struct Source {
    std::string kind;
    std::string name;
    std::string part_kind = "NULL";
    std::string part_name = "NULL";
    std::string identity = "NULL";
    std::vector<Term> terms = {};
    std::string from = {};
    int since = 0;  ///< major version
    /// A condition that is quickly looked at, and false where nothing would be found. Empty where
    /// there is none, or it is as good as any that `from` begins with a catalog whose rows are
    /// objects made after initdb.
    std::string only_if = {};
};

[[nodiscard]] CatalogQuery to_query(const Source& source, const Server& server);

// One group for each subject. Within a group objects come before their parts.
[[nodiscard]] std::vector<Source> databases();
[[nodiscard]] std::vector<Source> relations();
[[nodiscard]] std::vector<Source> constraints_and_indexes();
[[nodiscard]] std::vector<Source> behaviours();
[[nodiscard]] std::vector<Source> routines();
[[nodiscard]] std::vector<Source> types();
[[nodiscard]] std::vector<Source> operators();
[[nodiscard]] std::vector<Source> languages_and_encodings();
[[nodiscard]] std::vector<Source> text_search();
[[nodiscard]] std::vector<Source> foreign_data();
[[nodiscard]] std::vector<Source> replication();
// Of all of the above, so they come last.
[[nodiscard]] std::vector<Source> needed_extensions();
[[nodiscard]] std::vector<Source> privileges();

// --- words that most of them need -----------------------------------------------------------

/// `'kind'`: a word of ours as SQL.
[[nodiscard]] std::string word(std::string_view text);
/// Schemas of the application, as `s` with their quoted names, joined by an OID.
[[nodiscard]] std::string in_schema(const std::string& oid);
/// The query that finds them: OID, quoted name.
[[nodiscard]] std::string schemas_query(const std::string& registry);
/// `schema.name` of what is in such a schema.
[[nodiscard]] std::string qualified(const std::string& name);
/// True if it is an object by itself: neither an extension's nor made along with another.
[[nodiscard]] std::string stands_alone(const std::string& catalog, const std::string& oid);
/// Made after initdb: what has no schema is told from the server's own in no other way.
[[nodiscard]] std::string is_made_later(const std::string& oid);

/// As Source::only_if. That a catalog has a page; this is known without planning a query of it.
[[nodiscard]] std::string may_have_rows(std::string_view catalog);
/// That there are types but the arrays and rows that come along with others.
[[nodiscard]] std::string has_own_types();

[[nodiscard]] std::string yes_if(const std::string& condition);
/// `pg_class.relkind` and the like: a letter as a word, NULL for all others. Pairs of the two.
[[nodiscard]] std::string letter(const std::string& expression,
                                 const std::vector<std::pair<char, std::string_view>>& words);
[[nodiscard]] std::string role(const std::string& oid);
/// The elements of a text array, sorted.
[[nodiscard]] std::string sorted_list(const std::string& array);
/// Columns of a relation by an array of their numbers.
[[nodiscard]] std::string column_names(const std::string& relation, const std::string& numbers);
/// The name of a tablespace; NULL for the database's own.
[[nodiscard]] Term tablespace(const std::string& oid);
/// An OID by one of the types that print as a name (`regproc`); NULL for 0.
[[nodiscard]] std::string named(const std::string& oid, std::string_view type);

/// Comment, security label and owner of a row of the catalog.
[[nodiscard]] std::vector<Term> common_terms(const std::string& catalog, const std::string& alias,
                                             const std::string& owner);
[[nodiscard]] Term comment(const std::string& catalog, const std::string& oid);
[[nodiscard]] Term security_label(const std::string& catalog, const std::string& oid);

/// What an owner has of himself, and no more by this list. `type` as acldefault() takes it.
[[nodiscard]] Term revoked_from_owner(const std::string& acl, const std::string& owner,
                                      const std::string& type);

[[nodiscard]] std::vector<Term> operator+(std::vector<Term> a, std::vector<Term> b);

/// The kind of the relation `c`.
[[nodiscard]] std::string relation_kind();
/// The kind of the routine `p`, and its name with the types of its arguments.
[[nodiscard]] std::string routine_kind();
[[nodiscard]] std::string routine_name();
/// The kind of the type `t`.
[[nodiscard]] std::string type_kind();
/// To whom the default privileges `d` are, and on what.
[[nodiscard]] std::string default_privileges_name();
/// Schemas that aren't the server's own, nor left out.
[[nodiscard]] std::string is_application_schema(const std::string& alias);

}  // namespace kedge::schema::postgres
