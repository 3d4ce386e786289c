// SPDX-License-Identifier: MIT
#include <map>

#include "lint/postgres/actions.hpp"
#include "lint/postgres/expression.hpp"
#include "support/text.hpp"

namespace kedge::lint::postgres {
namespace {

/// The name of one of the things that DROP lists, by whatever node it has there.
Name dropped_name(const Json& node, std::string& part, bool on_table) {
    const std::string type = type_of(node);
    if (type == "List") {
        std::vector<std::string> parts = strings_of(at(inside(node, "List"), "items"));
        if (on_table && !parts.empty()) {
            part = parts.back();
            parts.pop_back();
        }
        return name_of(parts);
    }
    if (type == "TypeName") return name_of(strings_of(at(inside(node, "TypeName"), "names")));
    if (type == "ObjectWithArgs") {
        return name_of(strings_of(at(inside(node, "ObjectWithArgs"), "objname")));
    }
    return {{}, string_of(node)};
}

bool is_on_table(ObjectKind kind) {
    return kind == ObjectKind::trigger || kind == ObjectKind::rule || kind == ObjectKind::policy;
}

std::string role_of(const Json& node) {
    const Json& role = inside(node, "RoleSpec");
    const std::string type = text_at(role, "roletype");
    if (type == "ROLESPEC_PUBLIC") return "public";
    return type == "ROLESPEC_CSTRING" ? text_at(role, "rolename") : to_lower_ascii(type);
}

/// The option of a DefElem list by its name, or null.
const Json& option(const Json& list, std::string_view name) {
    static const Json null;
    if (!list.is_array()) return null;
    for (const Json& item : list) {
        const Json& element = inside(item, "DefElem");
        if (text_at(element, "defname") == name) return element;
    }
    return null;
}

/// The table of `OWNED BY table.column`; nothing for NONE and where it isn't said.
Name owner_of(const Json& sequence) {
    std::vector<std::string> parts = strings_of(
        at(inside(at(option(at(sequence, "options"), "owned_by"), "arg"), "List"), "items"));
    if (parts.size() < 2) return {};
    parts.pop_back();
    return name_of(parts);
}

}  // namespace

ObjectKind kind_of_object(const std::string& object_type) {
    static const std::map<std::string, ObjectKind> kinds = {
        {"OBJECT_TABLE", ObjectKind::table},
        {"OBJECT_FOREIGN_TABLE", ObjectKind::table},
        {"OBJECT_COLUMN", ObjectKind::column},
        {"OBJECT_TABCONSTRAINT", ObjectKind::constraint},
        {"OBJECT_INDEX", ObjectKind::index},
        {"OBJECT_VIEW", ObjectKind::view},
        {"OBJECT_MATVIEW", ObjectKind::materialized_view},
        {"OBJECT_SEQUENCE", ObjectKind::sequence},
        {"OBJECT_TYPE", ObjectKind::type},
        {"OBJECT_DOMAIN", ObjectKind::domain},
        {"OBJECT_SCHEMA", ObjectKind::schema},
        {"OBJECT_DATABASE", ObjectKind::database},
        {"OBJECT_FUNCTION", ObjectKind::routine},
        {"OBJECT_PROCEDURE", ObjectKind::routine},
        {"OBJECT_ROUTINE", ObjectKind::routine},
        {"OBJECT_AGGREGATE", ObjectKind::routine},
        {"OBJECT_TRIGGER", ObjectKind::trigger},
        {"OBJECT_RULE", ObjectKind::rule},
        {"OBJECT_POLICY", ObjectKind::policy},
        {"OBJECT_ROLE", ObjectKind::role},
        {"OBJECT_EXTENSION", ObjectKind::extension},
    };
    const auto found = kinds.find(object_type);
    return found == kinds.end() ? ObjectKind::other : found->second;
}

void ActionMaker::drop(const Json& node) {
    const ObjectKind kind = kind_of_object(text_at(node, "removeType"));
    found_ = base_;
    for (const Json& item : at(node, "objects")) {
        std::string part;
        Action& made = add(Act::drop, kind, {});
        made.name = dropped_name(item, part, is_on_table(kind));
        const Json& routine = inside(item, "ObjectWithArgs");
        made.arguments_unsaid = flag_at(routine, "args_unspecified");
        for (const Json& argument : at(routine, "objargs")) {
            made.arguments.push_back(data_type(inside(argument, "TypeName")).text);
        }
        made.part = std::move(part);
        made.if_exists = flag_at(node, "missing_ok");
        made.cascade = text_at(node, "behavior") == "DROP_CASCADE";
        made.concurrently = flag_at(node, "concurrent");
        made.offset = find_name(made.part.empty() ? made.name.name : made.part);
    }
}

void ActionMaker::rename(const Json& node) {
    const ObjectKind kind = kind_of_object(text_at(node, "renameType"));
    const Json& relation = at(node, "relation");
    const std::string part = text_at(node, "subname");
    const std::string to = text_at(node, "newname");
    Action& made = add(Act::rename, kind, {});
    made.offset = relation.is_null() ? base_ : offset_of(relation);
    made.if_exists = flag_at(node, "missing_ok");
    made.name = relation.is_null() ? Name() : relation_name(relation);
    made.new_name = {made.name.schema, to};
    if (kind == ObjectKind::column && text_at(node, "relationType") == "OBJECT_TABLE") {
        made.act = Act::rename_column;
        made.object = ObjectKind::table;
        made.part = part;
        made.new_name = {{}, to};
    } else if (kind == ObjectKind::constraint) {
        made.act = Act::rename_constraint;
        made.object = ObjectKind::table;
        made.part = part;
        made.new_name = {{}, to};
    } else if (kind == ObjectKind::schema || kind == ObjectKind::database ||
               kind == ObjectKind::role) {
        made.name = {{}, part};
    } else if (relation.is_null()) {
        const Json& object = at(node, "object");
        std::string unused;
        made.name = dropped_name(object, unused, false);
        made.new_name = {made.name.schema, to};
    } else {
        made.part = part;
    }
}

void ActionMaker::alter_enum(const Json& node) {
    const std::string old_value = text_at(node, "oldVal");
    Action& made = add(old_value.empty() ? Act::add_enum_value : Act::rename_enum_value,
                       ObjectKind::type, name_of(strings_of(at(node, "typeName"))));
    made.part = old_value.empty() ? text_at(node, "newVal") : old_value;
    if (!old_value.empty()) made.new_name = {{}, text_at(node, "newVal")};
    made.has_position = !text_at(node, "newValNeighbor").empty();
    made.if_not_exists = flag_at(node, "skipIfNewValExists");
    made.offset = find_name(made.part);
}

void ActionMaker::create_routine(const Json& node) {
    Action& made = add(Act::create, ObjectKind::routine, name_of(strings_of(at(node, "funcname"))));
    made.or_replace = flag_at(node, "replace");
    made.offset = find_name(made.name.name);
    for (const Json& item : at(node, "parameters")) {
        const Json& parameter = inside(item, "FunctionParameter");
        const std::string mode = text_at(parameter, "mode");
        if (mode == "FUNC_PARAM_OUT" || mode == "FUNC_PARAM_TABLE") continue;
        made.arguments.push_back(data_type(at(parameter, "argType")).text);
    }
    made.returns = data_type(at(node, "returnType")).text;
    const Json& options = at(node, "options");
    made.text = string_of(at(option(options, "language"), "arg"));
    made.security_definer =
        flag_at(inside(at(option(options, "security"), "arg"), "Boolean"), "boolval");
    for (const Json& item : options) {
        const Json& element = inside(item, "DefElem");
        if (text_at(element, "defname") != "set") continue;
        const Json& set = inside(at(element, "arg"), "VariableSetStmt");
        if (text_at(set, "name") == "search_path") made.fixed_search_path = true;
    }
}

void ActionMaker::grant(const Json& node) {
    Action& made = add(flag_at(node, "is_grant") ? Act::grant : Act::revoke,
                       kind_of_object(text_at(node, "objtype")));
    const Json& objects = at(node, "objects");
    if (objects.is_array() && !objects.empty()) {
        std::string part;
        const Json& first = objects.front();
        made.name = type_of(first) == "RangeVar" ? relation_name(inside(first, "RangeVar"))
                                                 : dropped_name(first, part, false);
    }
    made.is_whole = text_at(node, "targtype") != "ACL_TARGET_OBJECT";
    made.all_privileges = !at(node, "privileges").is_array();
    made.with_grant_option = flag_at(node, "grant_option");
    made.cascade = text_at(node, "behavior") == "DROP_CASCADE";
    for (const Json& item : at(node, "grantees")) made.values.push_back(role_of(item));
}

void ActionMaker::role(const Json& node, Act act) {
    Action& made = add(act, ObjectKind::role);
    made.name.name = text_at(node, "role");
    const Json& spec = at(node, "role");
    if (made.name.empty() && spec.is_object()) made.name.name = text_at(spec, "rolename");
    made.offset = find_name(made.name.name);
    const Json& password = option(at(node, "options"), "password");
    made.has_password = !at(password, "arg").is_null();
}

void ActionMaker::object_statement(const std::string& type, const Json& node) {
    const auto create = [&](ObjectKind kind, Name name) -> Action& {
        Action& made = add(Act::create, kind, std::move(name));
        made.offset = find_name(made.part.empty() ? made.name.name : made.part);
        made.if_not_exists = flag_at(node, "if_not_exists");
        made.or_replace = flag_at(node, "replace");
        return made;
    };
    if (type == "ViewStmt") {
        Action& made = create(ObjectKind::view, relation_name(at(node, "view")));
        made.temporary = text_at(at(node, "view"), "relpersistence") == "t";
        made.values = strings_of(at(node, "aliases"));
    } else if (type == "CreateSchemaStmt") {
        create(ObjectKind::schema, {{}, text_at(node, "schemaname")});
    } else if (type == "CreatedbStmt") {
        create(ObjectKind::database, {{}, text_at(node, "dbname")});
    } else if (type == "DropdbStmt") {
        add(Act::drop, ObjectKind::database, {{}, text_at(node, "dbname")}).if_exists =
            flag_at(node, "missing_ok");
    } else if (type == "CreateSeqStmt") {
        create(ObjectKind::sequence, relation_name(at(node, "sequence"))).owner = owner_of(node);
    } else if (type == "AlterSeqStmt") {
        Action& made = add(Act::alter, ObjectKind::sequence, relation_name(at(node, "sequence")));
        made.offset = find_name(made.name.name);
        made.owner = owner_of(node);
    } else if (type == "CreateEnumStmt") {
        Action& made = create(ObjectKind::type, name_of(strings_of(at(node, "typeName"))));
        made.values = strings_of(at(node, "vals"));
    } else if (type == "CompositeTypeStmt") {
        create(ObjectKind::type, relation_name(at(node, "typevar")));
    } else if (type == "CreateRangeStmt") {
        create(ObjectKind::type, name_of(strings_of(at(node, "typeName"))));
    } else if (type == "CreateDomainStmt") {
        Action& made = create(ObjectKind::domain, name_of(strings_of(at(node, "domainname"))));
        for (const Json& item : at(node, "constraints")) {
            const Json& said = inside(item, "Constraint");
            const std::string contype = text_at(said, "contype");
            if (contype == "CONSTR_CHECK" || contype == "CONSTR_NOTNULL") {
                made.constraints.push_back(constraint(said));
            }
        }
    } else if (type == "AlterDomainStmt") {
        Action& made =
            add(Act::alter, ObjectKind::domain, name_of(strings_of(at(node, "typeName"))));
        const std::string subtype = text_at(node, "subtype");
        made.offset = find_name(made.name.name);
        if (subtype == "C")
            made.constraints.push_back(constraint(inside(at(node, "def"), "Constraint")));
        if (subtype == "O") made.act = Act::set_not_null;
    } else if (type == "CreateTrigStmt") {
        Action& made = create(ObjectKind::trigger, relation_name(at(node, "relation")));
        made.part = text_at(node, "trigname");
    } else if (type == "CreatePolicyStmt" || type == "AlterPolicyStmt") {
        Action& made = add(type == "CreatePolicyStmt" ? Act::create : Act::alter,
                           ObjectKind::policy, relation_name(at(node, "table")));
        made.part = text_at(node, "policy_name");
    } else if (type == "RuleStmt") {
        Action& made = create(ObjectKind::rule, relation_name(at(node, "relation")));
        made.part = text_at(node, "rulename");
    } else if (type == "CreateExtensionStmt") {
        create(ObjectKind::extension, {{}, text_at(node, "extname")});
    } else if (type == "AlterObjectSchemaStmt") {
        std::string part;
        const Json& relation = at(node, "relation");
        Action& made = add(Act::set_schema, kind_of_object(text_at(node, "objectType")),
                           relation.is_null() ? dropped_name(at(node, "object"), part, false)
                                              : relation_name(relation));
        made.new_name = {text_at(node, "newschema"), made.name.name};
        made.if_exists = flag_at(node, "missing_ok");
    } else if (type == "AlterOwnerStmt") {
        std::string unused;
        Action& made = add(Act::set_owner, kind_of_object(text_at(node, "objectType")),
                           dropped_name(at(node, "object"), unused, false));
        made.part = text_at(at(node, "newowner"), "rolename");
    } else if (type == "CommentStmt") {
        std::string part;
        const ObjectKind kind = kind_of_object(text_at(node, "objtype"));
        const bool is_part = kind == ObjectKind::column || is_on_table(kind);
        Action& made = add(Act::comment, kind);
        made.name = dropped_name(at(node, "object"), part, is_part);
        made.part = std::move(part);
        made.comment = text_at(node, "comment");
    } else {
        add(Act::other, ObjectKind::other);
    }
}

}  // namespace kedge::lint::postgres
