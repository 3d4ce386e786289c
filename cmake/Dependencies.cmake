find_package(Threads REQUIRED)
find_package(SQLite3 3.35 REQUIRED)
find_package(SQLiteCpp CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(Nettle REQUIRED IMPORTED_TARGET nettle)
pkg_check_modules(Pcre2 REQUIRED IMPORTED_TARGET libpcre2-8)
find_path(DTL_INCLUDE_DIR dtl/dtl.hpp REQUIRED)

# PostgreSQL's parser. As an archive, of which only what parses is taken, it costs a start nothing.
find_path(KEDGE_PG_QUERY_INCLUDE_DIR pg_query.h REQUIRED)
find_library(KEDGE_PG_QUERY_LIBRARY NAMES libpg_query.a pg_query REQUIRED)
add_library(kedge_pg_query INTERFACE)
target_include_directories(kedge_pg_query SYSTEM INTERFACE "${KEDGE_PG_QUERY_INCLUDE_DIR}")
target_link_libraries(kedge_pg_query INTERFACE "${KEDGE_PG_QUERY_LIBRARY}" m)

# libpq comes with twenty libraries of its own, which would slow every start. With libpqxx as an
# archive it is loaded when it is needed: src/db/postgres/libpq_lazy.cpp.
pkg_check_modules(Pqxx REQUIRED IMPORTED_TARGET libpqxx)
find_package(PostgreSQL REQUIRED)
find_library(KEDGE_PQXX_ARCHIVE libpqxx.a)
add_library(kedge_postgres INTERFACE)
target_include_directories(kedge_postgres SYSTEM INTERFACE ${PostgreSQL_INCLUDE_DIRS})
if(KEDGE_PQXX_ARCHIVE)
  target_link_libraries(kedge_postgres INTERFACE ${KEDGE_PQXX_ARCHIVE} ${CMAKE_DL_LIBS})
else()
  target_link_libraries(kedge_postgres INTERFACE PkgConfig::Pqxx PostgreSQL::PostgreSQL)
endif()

# The client library of MySQL and MariaDB, and its C++ connector, are loaded when they are needed,
# too: src/db/mysql/libmariadb_lazy.cpp and side_session.cpp. Neither has a CMake package.
pkg_check_modules(LibMariaDb REQUIRED libmariadb)
find_path(MYSQLCPPCONN_INCLUDE_DIR cppconn/driver.h REQUIRED)
find_library(MYSQLCPPCONN_LIBRARY mysqlcppconn REQUIRED)
get_filename_component(mysqlcppconn_file "${MYSQLCPPCONN_LIBRARY}" REALPATH)
get_filename_component(mysqlcppconn_file "${mysqlcppconn_file}" NAME)
# libmysqlcppconn.so.7.1.1.12 is known to programs as libmysqlcppconn.so.7.
string(REGEX REPLACE "(\\.so\\.[0-9]+).*" "\\1" mysqlcppconn_file "${mysqlcppconn_file}")
add_library(kedge_mysql INTERFACE)
target_include_directories(kedge_mysql SYSTEM INTERFACE
  ${LibMariaDb_INCLUDE_DIRS} "${MYSQLCPPCONN_INCLUDE_DIR}")
target_compile_definitions(kedge_mysql INTERFACE "KEDGE_MYSQLCPPCONN=\"${mysqlcppconn_file}\"")
target_link_libraries(kedge_mysql INTERFACE ${CMAKE_DL_LIBS})
