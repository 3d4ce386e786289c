// SPDX-License-Identifier: MIT
// Where the pieces of PostgreSQL's writer put their statements.
#pragma once

#include <string>
#include <utility>

#include "schema/sql/writer.hpp"

namespace kedge::schema::sql {

class PgOutput {
  public:
    void add(std::string sql, std::string loses = {}) {
        script.statements.push_back({std::move(sql), std::move(loses), false});
    }
    /// `subject` as a difference would be told.
    void give_up(std::string subject, std::string reason) {
        script.unwritten.push_back({std::move(subject), std::move(reason)});
    }

    SqlScript script;
};

// Each makes the one the other in its own part of an object. `from` null: it was just created.

void write_pg_owner(const Object* from, const Object& to, PgOutput& out);
void write_pg_comment(const Object* from, const Object& to, PgOutput& out);
void write_pg_needed_extensions(const Object* from, const Object& to, PgOutput& out);
void write_pg_grants(const Object* from, const Object& to, PgOutput& out);
void write_pg_default_privileges(const Object* from, const Object* to, PgOutput& out);
void write_pg_database(const Object& from, const Object& to, PgOutput& out);

/// Tables, foreign tables, views and materialized views: what ALTER reaches.
void alter_pg_relation(const Object& from, const Object& to, PgOutput& out);
/// CREATE with columns and nothing else. Returns what was made so: alter_pg_relation() does the
/// rest.
[[nodiscard]] Object create_pg_relation(const Object& to, PgOutput& out);
/// Foreign keys, which come after all tables, triggers, rules and policies, which come after all
/// else. `from` may be null.
void drop_pg_constraints(const Object& from, const Object* to, bool foreign_keys, PgOutput& out);
void add_pg_foreign_keys(const Object* from, const Object& to, PgOutput& out);
void drop_pg_behaviours(const Object& from, const Object* to, PgOutput& out);
void add_pg_behaviours(const Object* from, const Object& to, PgOutput& out);

/// Everything that has no rows: CREATE, and what ALTER can do. False where a change can't be made
/// in place: then it is dropped and created again.
void create_pg_thing(const Object& to, PgOutput& out);
[[nodiscard]] bool alter_pg_thing(const Object& from, const Object& to, PgOutput& out);

}  // namespace kedge::schema::sql
