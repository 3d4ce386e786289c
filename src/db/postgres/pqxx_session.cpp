// SPDX-License-Identifier: MIT
#include "db/postgres/pqxx_session.hpp"

#include <charconv>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <pqxx/pqxx>

#include "db/postgres/exchange.hpp"
#include "db/postgres/server_error.hpp"
#include "support/text.hpp"

namespace kedge::db::postgres {
namespace {

#if PQXX_VERSION_MAJOR < 7
/// libpqxx 6 takes a connection from its "policy". This one gives it ours, once: a lost connection
/// must not be made anew behind our back, without the locks and settings that it had. Nor does it
/// free it: libpqxx would as soon as the connection is lost, while libpq is still asked why.
class Adopted : public pqxx::connectionpolicy {
  public:
    explicit Adopted(const std::string& options) : pqxx::connectionpolicy(options) {}

    handle do_startconnect(handle current) override {
        if (current != nullptr) return current;
        if (given_) throw pqxx::broken_connection("the connection was lost");
        given_ = true;
        return std::exchange(pending(), nullptr);
    }
    handle do_dropconnect(handle) noexcept override { return nullptr; }
    handle do_disconnect(handle) noexcept override { return nullptr; }

    /// The way to hand it in: the policy is made by libpqxx itself.
    static handle& pending() {
        thread_local handle slot = nullptr;
        return slot;
    }

  private:
    bool given_ = false;
};

using PqxxConnection = pqxx::basic_connection_base<Adopted>;

std::unique_ptr<PqxxConnection> adopt(PGconn* opened) {
    Adopted::pending() = opened;
    return std::make_unique<PqxxConnection>(std::string());
}

pqxx::result run(pqxx::nontransaction& work, const std::string& sql,
                 const std::vector<const char*>& values) {
    return work.exec_params(sql, pqxx::prepare::make_dynamic_params(values.begin(), values.end()));
}
#else
using PqxxConnection = pqxx::connection;

std::unique_ptr<PqxxConnection> adopt(PGconn* opened) {
    return std::make_unique<PqxxConnection>(PqxxConnection::seize_raw_connection(opened));
}

pqxx::result run(pqxx::nontransaction& work, const std::string& sql,
                 const std::vector<const char*>& values) {
    pqxx::params parameters;
    for (const char* value : values) parameters.append(value);
    return work.exec(sql, parameters);
}
#endif

Value value_of(const char* text, Oid type) {
    constexpr Oid kBool = 16;
    constexpr Oid kInt8 = 20;
    constexpr Oid kInt2 = 21;
    constexpr Oid kInt4 = 23;
    const std::string_view view(text);
    switch (type) {
        case kBool:
            return std::int64_t{view == "t" ? 1 : 0};
        case kInt2:
        case kInt4:
        case kInt8: {
            std::int64_t number = 0;
            std::from_chars(view.data(), view.data() + view.size(), number);
            return number;
        }
        default:
            return std::string(view);
    }
}

std::vector<Row> rows_of(const PGresult* result) {
    std::vector<Row> out(static_cast<std::size_t>(PQntuples(result)));
    const int columns = PQnfields(result);
    for (int i = 0; i < PQntuples(result); ++i) {
        Row& row = out[static_cast<std::size_t>(i)];
        row.reserve(static_cast<std::size_t>(columns));
        for (int k = 0; k < columns; ++k) {
            row.push_back(PQgetisnull(result, i, k) != 0
                              ? Value(nullptr)
                              : value_of(PQgetvalue(result, i, k), PQftype(result, k)));
        }
    }
    return out;
}

/// libpqxx has the whole of libpq's text: `ERROR:  message`, and more lines.
std::string first_line(std::string text) {
    constexpr std::string_view kMark = "ERROR:  ";
    if (text.rfind(kMark, 0) == 0) text.erase(0, kMark.size());
    return text.substr(0, text.find('\n'));
}

}  // namespace

struct PqxxSession::Owner {
#if PQXX_VERSION_MAJOR < 7
    RawConnection raw;
#endif
    std::unique_ptr<PqxxConnection> connection;
};

PqxxSession::PqxxSession(RawConnection opened)
    : raw_(opened.get()), owner_(std::make_unique<Owner>()) {
    owner_->connection = adopt(opened.get());
#if PQXX_VERSION_MAJOR < 7
    owner_->raw = std::move(opened);
#else
    static_cast<void>(opened.release());
#endif
}

PqxxSession::~PqxxSession() = default;

std::vector<Row> PqxxSession::query(const std::string& sql,
                                    std::span<const std::optional<std::string>> parameters) {
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const auto& value : parameters) values.push_back(value ? value->c_str() : nullptr);
    try {
        pqxx::nontransaction work(*owner_->connection);
        const pqxx::result result = values.empty() ? work.exec(sql) : run(work, sql, values);
        std::vector<Row> rows;
        rows.reserve(static_cast<std::size_t>(result.size()));
        const auto columns = result.columns();
        for (const auto& row : result) {
            Row& out = rows.emplace_back();
            out.reserve(static_cast<std::size_t>(columns));
            for (auto i = decltype(columns){0}; i < columns; ++i) {
                const auto field = row[i];
                out.push_back(field.is_null() ? Value(nullptr)
                                              : value_of(field.c_str(),
                                                         static_cast<Oid>(result.column_type(i))));
            }
        }
        return rows;
    } catch (const pqxx::sql_error& e) {
        throw Failure(error_of_state(std::string(e.sqlstate()), first_line(e.what())));
    } catch (const pqxx::failure& e) {
        throw Failure(ErrorKind::refused, first_line(e.what()));
    }
}

void PqxxSession::query_all(const std::vector<std::string>& queries,
                            const Connection::TakeRows& take) {
    if (queries.empty()) return;
    if (PQsendQuery(raw_, join(queries, ";\n").c_str()) == 0) {
        throw Failure(ErrorKind::refused, std::string(trim(PQerrorMessage(raw_))));
    }
    // The session can be used again only when all has come.
    std::exception_ptr trouble;
    std::size_t query = 0;
    while (const Result result{PQgetResult(raw_)}) {
        if (trouble) continue;
        try {
            if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
                throw Failure(error_of_result(result.get()));
            }
            take(query++, rows_of(result.get()));
        } catch (...) {
            trouble = std::current_exception();
        }
    }
    if (trouble) std::rethrow_exception(trouble);
    if (query != queries.size()) {
        throw Failure(ErrorKind::refused, fmt::format("the server gave {} answers to {} queries",
                                                      query, queries.size()));
    }
}

}  // namespace kedge::db::postgres
