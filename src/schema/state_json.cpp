// SPDX-License-Identifier: MIT
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "schema/state.hpp"
#include "support/error.hpp"

namespace kedge::schema {
namespace {

using Json = nlohmann::ordered_json;

/// Of the files. A newer one is refused rather than misread.
constexpr int kFormat = 1;

Json attributes_json(const Attributes& attributes) {
    Json out = Json::object();
    for (const Attribute& attribute : attributes) out[attribute.name] = attribute.value;
    return out;
}

Json object_json(const Object& object, bool with_identity) {
    const auto add_identity = [&](Json& json, const std::string& identity) {
        if (with_identity && !identity.empty()) json["identity"] = identity;
    };
    Json out;
    out["kind"] = object.key.kind;
    out["name"] = object.key.name;
    add_identity(out, object.identity);
    if (!object.attributes.empty()) out["attributes"] = attributes_json(object.attributes);
    if (object.parts.empty()) return out;
    Json parts = Json::array();
    for (const Part& part : object.parts) {
        Json json;
        json["kind"] = part.kind;
        json["name"] = part.name;
        add_identity(json, part.identity);
        if (!part.attributes.empty()) json["attributes"] = attributes_json(part.attributes);
        parts.push_back(std::move(json));
    }
    out["parts"] = std::move(parts);
    return out;
}

Attributes attributes_of(const Json& json) {
    Attributes out;
    if (!json.contains("attributes")) return out;
    for (const auto& [name, value] : json.at("attributes").items()) {
        out.push_back({name, value.get<std::string>()});
    }
    return out;
}

Object object_of(const Json& json) {
    Object out;
    out.key = {json.at("kind").get<std::string>(), json.at("name").get<std::string>()};
    out.attributes = attributes_of(json);
    out.identity = json.value("identity", "");
    if (!json.contains("parts")) return out;
    for (const Json& part : json.at("parts")) {
        out.parts.push_back({part.at("kind").get<std::string>(), part.at("name").get<std::string>(),
                             attributes_of(part), part.value("identity", "")});
    }
    return out;
}

}  // namespace

std::string to_json(const Object& object) {
    // A name or a body may have bytes that are no UTF-8; a state with one is better than none.
    return object_json(object, true).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Object object_from_json(std::string_view text) {
    try {
        return object_of(Json::parse(text));
    } catch (const Json::exception& trouble) {
        throw Failure(ErrorKind::configuration,
                      fmt::format("a recorded object can't be read: {}", trouble.what()));
    }
}

std::string to_json(const Snapshot& snapshot) {
    Json out;
    out["kedge_state"] = kFormat;
    out["engine"] = snapshot.engine;
    out["server"] = snapshot.server;
    out["reader"] = snapshot.reader;
    Json objects = Json::array();
    for (const auto& [key, object] : snapshot.state.objects()) {
        objects.push_back(object_json(object, false));
    }
    out["objects"] = std::move(objects);
    if (!snapshot.unread.empty()) {
        Json unread = Json::array();
        for (const Unread& one : snapshot.unread) {
            unread.push_back({{"what", one.what}, {"why", one.why}});
        }
        out["unread"] = std::move(unread);
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Snapshot snapshot_from_json(std::string_view text, const std::string& file) {
    const auto fail = [&](const std::string& what) {
        Error error;
        error.kind = ErrorKind::configuration;
        error.message = what;
        error.where = {file, 0, 0};
        error.hint = "such a file is written by: kedge state dump TARGET > FILE";
        throw Failure(std::move(error));
    };
    Snapshot out;
    try {
        const Json json = Json::parse(text);
        if (!json.is_object() || !json.contains("kedge_state")) fail("not a state of a database");
        if (json.at("kedge_state").get<int>() > kFormat) {
            fail("a state in a newer form than this kedge knows");
        }
        out.engine = json.at("engine").get<std::string>();
        out.server = json.at("server").get<std::string>();
        out.reader = json.at("reader").get<int>();
        for (const Json& object : json.at("objects")) out.state.put(object_of(object));
        if (json.contains("unread")) {
            for (const Json& one : json.at("unread")) {
                out.unread.push_back(
                    {one.at("what").get<std::string>(), one.at("why").get<std::string>()});
            }
        }
    } catch (const Json::exception& trouble) {
        fail(fmt::format("can't be read as a state: {}", trouble.what()));
    }
    // Somebody may have edited it.
    out.state.sort();
    return out;
}

}  // namespace kedge::schema
