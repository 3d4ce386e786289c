// SPDX-License-Identifier: MIT
#include "db/postgres/connect.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "db/postgres/server_error.hpp"
#include "support/error.hpp"
#include "support/held_signals.hpp"
#include "support/text.hpp"

namespace kedge::db::postgres {
namespace {

/// Whoever comes last, the thread that connects or the one that waited, frees it.
struct Attempt {
    std::mutex mutex;
    std::condition_variable done;
    bool finished = false;
    RawConnection connection;
};

void ignore_notice(void*, const PGresult*) {}

/// UTF-8, unless somebody wants something else: names and notes of a plan are UTF-8.
bool wants_other_encoding(const Parameters& parameters) {
    for (const auto& [keyword, value] : parameters) {
        if (keyword == "client_encoding") return true;
    }
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> defaults(PQconndefaults(),
                                                                                &PQconninfoFree);
    for (const PQconninfoOption* o = defaults.get(); o != nullptr && o->keyword != nullptr; ++o) {
        if (std::string_view(o->keyword) == "client_encoding") return o->val != nullptr;
    }
    return false;
}

RawConnection connect_now(const Parameters& parameters) {
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : parameters) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    if (!wants_other_encoding(parameters)) {
        keywords.push_back("client_encoding");
        values.push_back("UTF8");
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    RawConnection connection(PQconnectdbParams(keywords.data(), values.data(), 0));
    if (connection) PQsetNoticeReceiver(connection.get(), &ignore_notice, nullptr);
    return connection;
}

std::string hint_of(const std::string& message) {
    const auto says = [&](std::string_view text) { return message.find(text) != message.npos; };
    if (says("password authentication failed") || says("no password supplied")) {
        return "a password may come from ~/.pgpass, PGPASSWORD, or password_command in the "
               "configuration";
    }
    if (says("does not exist")) return "is the name right? kedge makes no databases and no roles";
    if (says("no pg_hba.conf entry"))
        return "the server's pg_hba.conf doesn't let this host or role in";
    if (says("Connection refused") || says("No such file or directory")) {
        return "is the server running there, and does it listen on that address?";
    }
    return {};
}

}  // namespace

void add_parameters(Parameters& parameters, const std::map<std::string, std::string>& more) {
    const auto set = [&](const std::string& keyword, const std::string& value) {
        std::erase_if(parameters, [&](const auto& known) { return known.first == keyword; });
        parameters.emplace_back(keyword, value);
    };
    for (const auto& [keyword, value] : more) {
        if (keyword != "conninfo") {
            set(keyword, value);
            continue;
        }
        char* trouble = nullptr;
        const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(
            PQconninfoParse(value.c_str(), &trouble), &PQconninfoFree);
        const std::unique_ptr<char, decltype(&PQfreemem)> words(trouble, &PQfreemem);
        if (!parsed) {
            throw Failure(ErrorKind::script,
                          std::string(trim(trouble == nullptr ? "out of memory" : trouble)));
        }
        for (const PQconninfoOption* o = parsed.get(); o->keyword != nullptr; ++o) {
            if (o->val != nullptr) set(o->keyword, o->val);
        }
    }
}

RawConnection connect(Parameters parameters, const std::string& name,
                      const Cancellation* cancellation) {
    const auto attempt = std::make_shared<Attempt>();
    {
        const HeldSignals signals;
        std::thread([attempt, parameters = std::move(parameters)] {
            RawConnection connection = connect_now(parameters);
            const std::lock_guard guard(attempt->mutex);
            attempt->connection = std::move(connection);
            attempt->finished = true;
            attempt->done.notify_one();
        }).detach();
    }
    using namespace std::chrono_literals;
    std::unique_lock lock(attempt->mutex);
    while (!attempt->done.wait_for(lock, 100ms, [&] { return attempt->finished; })) {
        if (cancellation != nullptr && cancellation->requested()) {
            throw Failure(ErrorKind::interrupted,
                          fmt::format("interrupted while connecting to {}", name));
        }
    }
    RawConnection connection = std::move(attempt->connection);
    if (connection && PQstatus(connection.get()) == CONNECTION_OK) return connection;
    std::string message(connection ? trim(PQerrorMessage(connection.get())) : "out of memory");
    throw Failure(ErrorKind::connection,
                  fmt::format("cannot connect to {}: {}", name, on_one_line(message)),
                  hint_of(message));
}

}  // namespace kedge::db::postgres
