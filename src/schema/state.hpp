// SPDX-License-Identifier: MIT
// The schema of a database as a value: objects in attributes rather than in texts, so that a
// difference can be told to the attribute.
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/sha1.hpp"

namespace kedge::schema {

/// What is absent, or has the value that everything has, is no attribute.
struct Attribute {
    std::string name;   ///< in words, lower case: `type`, `not null`, `on delete`
    std::string value;  ///< in the server's own spelling

    friend bool operator==(const Attribute&, const Attribute&) = default;
};

/// By name, ascending.
using Attributes = std::vector<Attribute>;

/// Null if there is none.
[[nodiscard]] const std::string* find(const Attributes& attributes, std::string_view name);
/// Puts it in its place, or another value in its place. An empty value differs from none.
void set(Attributes& attributes, std::string_view name, std::string value);

/// A piece of an object that has a name and attributes of its own: a column, an index, a grant.
struct Part {
    std::string kind;
    std::string name;
    Attributes attributes;
    /// What a rename leaves as it is and nothing else has in this database: an OID, an attribute
    /// number. Empty where the engine has none. No part of the state: it tells renames only.
    std::string identity;

    /// Without the identity.
    friend bool operator==(const Part& a, const Part& b) {
        return a.kind == b.kind && a.name == b.name && a.attributes == b.attributes;
    }
};

/// What a state is made of, by kind and name. Names are qualified by the schema where the engine
/// has schemas, and quoted where the engine would have them quoted.
struct ObjectKey {
    std::string kind;  ///< in the server's words, lower case: `table`, `materialized view`
    std::string name;

    friend auto operator<=>(const ObjectKey&, const ObjectKey&) = default;
};

struct Object {
    ObjectKey key;
    Attributes attributes;
    std::string identity;  ///< as a Part's
    /// Those of a kind one after another. Within a kind the order counts where order_of() names
    /// one; elsewhere it is by name.
    std::vector<Part> parts;

    /// Without the identities.
    friend bool operator==(const Object& a, const Object& b) {
        return a.key == b.key && a.attributes == b.attributes && a.parts == b.parts;
    }

    [[nodiscard]] Part& part(std::string_view kind, std::string_view name);
    [[nodiscard]] const Part* find(std::string_view kind, std::string_view name) const;

    /// Of everything but identities.
    [[nodiscard]] Sha1 hash() const;
};

/// The order that a part has its place in, if that is part of the state. Columns have one by their
/// kind; triggers, where the server fires them in turn, have one for each value of their attribute
/// `fires`. Empty where names are all the order there is.
[[nodiscard]] std::string_view order_of(const Part& part);

/// A set of objects.
class State {
  public:
    /// The object with this key, made where there is none.
    [[nodiscard]] Object& object(std::string_view kind, std::string_view name);
    void put(Object object);
    void erase(const ObjectKey& key) { objects_.erase(key); }
    [[nodiscard]] const Object* find(const ObjectKey& key) const;
    [[nodiscard]] const std::map<ObjectKey, Object>& objects() const noexcept { return objects_; }
    [[nodiscard]] std::map<ObjectKey, Object>& objects() noexcept { return objects_; }
    [[nodiscard]] std::size_t size() const noexcept { return objects_.size(); }

    /// Brings parts and attributes into their order. A reader ends with it.
    void sort();
    /// The same for equal states, whoever read them.
    [[nodiscard]] Sha1 fingerprint() const;

  private:
    std::map<ObjectKey, Object> objects_;
};

/// What a reader could not read, and why. A state with such is never "in sync".
struct Unread {
    std::string what;
    std::string why;
};

/// A state as it was read, with what decides whether two can be compared.
struct Snapshot {
    std::string engine;  ///< as in a target's URI: `sqlite`, `pg`, `mysql`
    std::string server;  ///< product and version: `PostgreSQL 15.20`
    int reader = 0;      ///< the version of the form that the reader gives
    State state;
    std::vector<Unread> unread;
};

/// An object as one line of JSON, for the registry.
[[nodiscard]] std::string to_json(const Object& object);
/// The opposite. Failure (configuration) for what is no such text.
[[nodiscard]] Object object_from_json(std::string_view text);

/// A whole snapshot as JSON with an attribute a line, for files that people keep under version
/// control: the same state gives the same bytes.
[[nodiscard]] std::string to_json(const Snapshot& snapshot);
/// The opposite. Failure (configuration) that names `file`.
[[nodiscard]] Snapshot snapshot_from_json(std::string_view text, const std::string& file);

}  // namespace kedge::schema
