// SPDX-License-Identifier: MIT
// ALTER ... DEPENDS ON EXTENSION: what goes when an extension is dropped, though it is not its own.
#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

const char* const kAny =
    "EXISTS (SELECT FROM pg_extension x JOIN pg_depend d ON d.refclassid = "
    "'pg_extension'::regclass AND d.refobjid = x.oid WHERE d.deptype = 'x')";

/// Of the objects in `catalog`; `rest` joins what is told of them.
Source dependants(const std::string& kind, const std::string& name, const std::string& part_name,
                  const std::string& catalog, const std::string& rest) {
    return {.kind = kind,
            .name = name,
            .part_kind = word("needed extension"),
            .part_name = part_name,
            .from = "FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid " + rest +
                    "WHERE d.classid = '" + catalog +
                    "'::regclass AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'",
            .only_if = kAny};
}

}  // namespace

std::vector<Source> needed_extensions() {
    const std::string extension = "quote_ident(x.extname)";
    return {
        dependants(routine_kind(), routine_name(), extension, "pg_proc",
                   "JOIN pg_proc p ON p.oid = d.objid" + in_schema("p.pronamespace")),
        dependants(relation_kind(), qualified("c.relname"), extension, "pg_class",
                   "JOIN pg_class c ON c.oid = d.objid" + in_schema("c.relnamespace")),
        dependants(relation_kind(), qualified("c.relname"),
                   extension + " || ' of index ' || quote_ident(k.relname)", "pg_class",
                   "JOIN pg_index i ON i.indexrelid = d.objid JOIN pg_class k ON k.oid = "
                   "i.indexrelid JOIN pg_class c ON c.oid = i.indrelid" +
                       in_schema("c.relnamespace")),
        dependants(relation_kind(), qualified("c.relname"),
                   extension + " || ' of trigger ' || quote_ident(g.tgname)", "pg_trigger",
                   "JOIN pg_trigger g ON g.oid = d.objid JOIN pg_class c ON c.oid = g.tgrelid" +
                       in_schema("c.relnamespace")),
    };
}

}  // namespace kedge::schema::postgres
