// SPDX-License-Identifier: MIT
// A client library that is loaded when a database of its kind is first reached. Such libraries
// bring many others along, whose loading would slow every start; and where no such database is
// used, they need not be there.
#pragma once

#include <string>

#include <dlfcn.h>

#include "support/error.hpp"

namespace kedge::db {

/// How to load it, and what to say where that can't be.
struct LazyLibrary {
    const char* file;     ///< `libpq.so.5`
    const char* whose;    ///< `PostgreSQL's client library`
    const char* package;  ///< of Debian
};

/// The loaded library. Failure (connection) where it isn't there.
[[nodiscard]] inline void* load(const LazyLibrary& library) {
    void* handle = ::dlopen(library.file, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        throw Failure(ErrorKind::connection,
                      std::string("cannot load ") + library.whose + ": " + ::dlerror(),
                      std::string("on Debian: apt install ") + library.package);
    }
    return handle;
}

/// A function of it. Failure (connection) where it has none of that name.
template <typename Function>
[[nodiscard]] Function* function_of(void* loaded, const LazyLibrary& library, const char* name) {
    void* found = ::dlsym(loaded, name);
    if (found == nullptr) {
        throw Failure(ErrorKind::connection,
                      std::string(library.whose) + " is too old: it has no " + name);
    }
    return reinterpret_cast<Function*>(found);
}

}  // namespace kedge::db
