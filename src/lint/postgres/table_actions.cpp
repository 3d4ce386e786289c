// SPDX-License-Identifier: MIT
#include <map>

#include "lint/postgres/actions.hpp"
#include "lint/postgres/expression.hpp"
#include "support/text.hpp"

namespace kedge::lint::postgres {
namespace {

bool is_serial(std::string_view type) {
    return type == "serial" || type == "bigserial" || type == "smallserial";
}

bool is_temporary(const Json& relation) {
    return text_at(relation, "relpersistence") == "t";
}

/// Clauses of ALTER TABLE whose act has no more to it than the name of its part.
const std::map<std::string, Act>& plain_clauses() {
    static const std::map<std::string, Act> clauses = {
        {"AT_DropColumn", Act::drop_column},
        {"AT_SetNotNull", Act::set_not_null},
        {"AT_DropNotNull", Act::drop_not_null},
        {"AT_AddIdentity", Act::add_generated},
        {"AT_AlterConstraint", Act::alter_constraint},
        {"AT_DropConstraint", Act::drop_constraint},
        {"AT_ValidateConstraint", Act::validate_constraint},
        {"AT_ChangeOwner", Act::set_owner},
    };
    return clauses;
}

}  // namespace

ForeignKeyAction foreign_key_action(const std::string& letter) {
    if (letter == "c") return ForeignKeyAction::cascade;
    if (letter == "n") return ForeignKeyAction::set_null;
    if (letter == "d") return ForeignKeyAction::set_default;
    if (letter == "r") return ForeignKeyAction::restrict;
    return ForeignKeyAction::none;
}

Constraint ActionMaker::constraint(const Json& node) {
    Constraint out;
    const std::string type = text_at(node, "contype");
    out.kind = type == "CONSTR_PRIMARY"     ? ConstraintKind::primary_key
               : type == "CONSTR_UNIQUE"    ? ConstraintKind::unique
               : type == "CONSTR_FOREIGN"   ? ConstraintKind::foreign_key
               : type == "CONSTR_EXCLUSION" ? ConstraintKind::exclusion
                                            : ConstraintKind::check;
    out.name = text_at(node, "conname");
    out.offset = offset_of(node);
    out.columns =
        strings_of(at(node, out.kind == ConstraintKind::foreign_key ? "fk_attrs" : "keys"));
    out.references = relation_name(at(node, "pktable"));
    out.referenced_columns = strings_of(at(node, "pk_attrs"));
    out.on_delete = foreign_key_action(text_at(node, "fk_del_action"));
    out.on_update = foreign_key_action(text_at(node, "fk_upd_action"));
    out.using_index = text_at(node, "indexname");
    out.not_valid = flag_at(node, "skip_validation");
    out.deferrable = flag_at(node, "deferrable");
    out.initially_deferred = flag_at(node, "initdeferred");
    if (out.kind == ConstraintKind::check) {
        out.expression = in_parentheses(out.offset);
        out.not_null_column = not_null_column(at(node, "raw_expr"));
        out.columns = columns_in(at(node, "raw_expr"));
    }
    return out;
}

Column ActionMaker::column(const Json& node) {
    Column out;
    out.name = text_at(node, "colname");
    out.offset = offset_of(node);
    out.type = data_type(at(node, "typeName"));
    out.is_serial = is_serial(out.type.name);
    out.not_null = out.is_serial;
    const auto collation = strings_of(at(at(node, "collClause"), "collname"));
    if (!collation.empty()) out.collation = collation.back();
    for (const Json& item : at(node, "constraints")) {
        const Json& said = inside(item, "Constraint");
        const std::string type = text_at(said, "contype");
        if (type == "CONSTR_NOTNULL") {
            out.not_null = true;
        } else if (type == "CONSTR_NULL") {
            out.explicit_null = true;
        } else if (type == "CONSTR_DEFAULT") {
            out.default_kind = default_kind(at(said, "raw_expr"));
        } else if (type == "CONSTR_IDENTITY") {
            out.is_identity = true;
            out.not_null = true;
        } else if (type == "CONSTR_GENERATED") {
            out.generated = text_at(said, "generated_kind") == "v" ? Generated::virtual_column
                                                                   : Generated::stored;
        } else if (type == "CONSTR_PRIMARY" || type == "CONSTR_UNIQUE" ||
                   type == "CONSTR_FOREIGN" || type == "CONSTR_CHECK") {
            Constraint inner = constraint(said);
            inner.is_inline = true;
            if (type != "CONSTR_CHECK") inner.columns = {out.name};
            out.not_null = out.not_null || type == "CONSTR_PRIMARY";
            out.constraints.push_back(std::move(inner));
        }
    }
    return out;
}

void ActionMaker::create_table(const Json& node) {
    const Json& relation = at(node, "relation");
    Action& made = add(Act::create, ObjectKind::table, relation_name(relation));
    made.offset = offset_of(relation);
    made.temporary = is_temporary(relation);
    made.unlogged = text_at(relation, "relpersistence") == "u";
    made.if_not_exists = flag_at(node, "if_not_exists");
    made.is_partition = !at(node, "partbound").is_null();
    made.is_partitioned = !at(node, "partspec").is_null();
    made.from_query = at(node, "inhRelations").is_array() || !at(node, "ofTypename").is_null();
    for (const Json& item : at(node, "tableElts")) {
        const std::string type = type_of(item);
        if (type == "ColumnDef") {
            made.columns.push_back(column(inside(item, "ColumnDef")));
        } else if (type == "Constraint") {
            made.constraints.push_back(constraint(inside(item, "Constraint")));
        } else {
            made.from_query = true;  // LIKE
        }
    }
}

void ActionMaker::create_table_as(const Json& node) {
    const Json& relation = at(at(node, "into"), "rel");
    const bool is_view = text_at(node, "objtype") == "OBJECT_MATVIEW";
    Action& made = add(Act::create, is_view ? ObjectKind::materialized_view : ObjectKind::table,
                       relation_name(relation));
    made.offset = offset_of(relation);
    made.temporary = is_temporary(relation);
    made.if_not_exists = flag_at(node, "if_not_exists");
    made.from_query = true;
}

void ActionMaker::create_index(const Json& node) {
    const Json& relation = at(node, "relation");
    Action& made = add(Act::create, ObjectKind::index, relation_name(relation));
    Index index;
    index.name = text_at(node, "idxname");
    index.unique = flag_at(node, "unique");
    index.method = text_at(node, "accessMethod");
    index.is_partial = !at(node, "whereClause").is_null();
    for (const Json& item : at(node, "indexParams")) {
        index.columns.push_back(text_at(inside(item, "IndexElem"), "name"));
    }
    made.part = index.name;
    made.offset = index.name.empty() ? base_ : find_name(index.name);
    made.concurrently = flag_at(node, "concurrent");
    made.if_not_exists = flag_at(node, "if_not_exists");
    made.index = std::move(index);
}

void ActionMaker::alter_table(const Json& node) {
    const Json& relation = at(node, "relation");
    Action like;
    like.object = kind_of_object(text_at(node, "objtype"));
    like.name = relation_name(relation);
    like.offset = offset_of(relation);
    like.if_exists = flag_at(node, "missing_ok");
    found_ = like.offset + like.name.name.size();
    for (const Json& item : at(node, "cmds")) {
        alter_table_clause(inside(item, "AlterTableCmd"), like);
    }
}

void ActionMaker::alter_table_clause(const Json& node, const Action& like) {
    const std::string subtype = text_at(node, "subtype");
    Action& made = add(Act::alter, like.object, like.name);
    made.offset = like.offset;
    made.part = text_at(node, "name");
    made.cascade = text_at(node, "behavior") == "DROP_CASCADE";
    if (like.object != ObjectKind::table) {
        made.if_exists = like.if_exists;
        return;
    }
    const Json& definition = at(node, "def");
    const auto plain = plain_clauses().find(subtype);
    if (plain != plain_clauses().end()) {
        made.act = plain->second;
        made.if_exists = flag_at(node, "missing_ok");
        if (made.act == Act::set_owner) {
            made.part = text_at(at(node, "newowner"), "rolename");
        }
        if (!made.part.empty()) made.offset = find_name(made.part);
    } else if (subtype == "AT_AddColumn") {
        made.act = Act::add_column;
        made.columns.push_back(column(inside(definition, "ColumnDef")));
        made.part = made.columns.front().name;
        made.offset = made.columns.front().offset;
        made.if_not_exists = flag_at(node, "missing_ok");
    } else if (subtype == "AT_AlterColumnType") {
        made.act = Act::alter_column_type;
        Column changed = column(inside(definition, "ColumnDef"));
        changed.name = made.part;
        made.has_using = !at(inside(definition, "ColumnDef"), "raw_default").is_null();
        made.columns.push_back(std::move(changed));
        made.offset = find_name(made.part);
    } else if (subtype == "AT_ColumnDefault") {
        made.act = definition.is_null() ? Act::drop_default : Act::set_default;
        made.offset = find_name(made.part);
    } else if (subtype == "AT_AddConstraint") {
        made.act = Act::add_constraint;
        made.constraints.push_back(constraint(inside(definition, "Constraint")));
        made.part = made.constraints.front().name;
        made.offset = made.constraints.front().offset;
    } else if (subtype == "AT_AttachPartition" || subtype == "AT_DetachPartition") {
        made.act = subtype == "AT_AttachPartition" ? Act::attach_partition : Act::detach_partition;
        const Json& command = inside(definition, "PartitionCmd");
        made.new_name = relation_name(at(command, "name"));
        made.part = made.new_name.text();
        made.concurrently = flag_at(command, "concurrent");
        made.offset = offset_of(at(command, "name"));
    } else if (subtype == "AT_SetTableSpace" || subtype == "AT_SetLogged" ||
               subtype == "AT_SetUnLogged" || subtype == "AT_SetAccessMethod" ||
               subtype == "AT_ClusterOn" || subtype == "AT_EnableRowSecurity" ||
               subtype == "AT_DisableTrig" || subtype == "AT_DisableTrigAll") {
        made.text = subtype.substr(3);
    }
}

}  // namespace kedge::lint::postgres
