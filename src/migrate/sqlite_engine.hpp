// SPDX-License-Identifier: MIT
#pragma once

#include "migrate/engine.hpp"
#include "script/sqlite/dialect.hpp"

namespace kedge::migrate {

/// SQLite databases. The registry lies in the database itself, or, for a project of Sqitch's, in a
/// file beside it that all databases of the folder share.
class SqliteEngine final : public Engine {
  public:
    [[nodiscard]] const script::Dialect& dialect() const override { return dialect_; }
    [[nodiscard]] std::unique_ptr<registry::Store> open(
        const project::Target& target, Access access,
        const Surroundings& surroundings) const override;
    void open_locked(const project::Target& target, Access access, const Surroundings& surroundings,
                     Opened& opened) const override;
    [[nodiscard]] std::unique_ptr<registry::DeployLock> try_lock(
        const project::Target& target) const override;
    [[nodiscard]] std::unique_ptr<db::Connection> connect(
        const project::Target& target, const Surroundings& surroundings) const override;
    [[nodiscard]] const schema::Reader& state_reader() const override {
        return schema::sqlite_reader();
    }
    [[nodiscard]] schema::Scope scope(const project::Target& target) const override;
    [[nodiscard]] RecordingLimits recording_limits() const override { return {100, 100'000}; }
    [[nodiscard]] std::string sql_name(const std::string& shown) const override;
    [[nodiscard]] std::string exact_value(const schema::Part& column) const override;
    [[nodiscard]] std::string exact_row(db::Connection& connection,
                                        const schema::Object& table) const override;
    void copy_rows(const project::Target& from, const project::Target& scratch,
                   const Surroundings& surroundings) const override;
    [[nodiscard]] std::string registry_name(const project::Target& target) const override;
    [[nodiscard]] std::string making_of(db::Connection& database) const override;
    [[nodiscard]] ScratchDatabase make_scratch(const project::Target& like,
                                               const std::string& making,
                                               const project::Target* server,
                                               const Surroundings& surroundings) const override;
    void drop_scratch(ScratchDatabase& scratch, const project::Target* server,
                      const Surroundings& surroundings) const override;

  private:
    [[nodiscard]] std::unique_ptr<registry::DeployLock> lock(
        const project::Target& target, const Surroundings& surroundings) const;

    script::sqlite::SqliteDialect dialect_;
};

}  // namespace kedge::migrate
