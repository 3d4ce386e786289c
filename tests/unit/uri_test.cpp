// SPDX-License-Identifier: MIT
#include "support/uri.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/error.hpp"

using kedge::canonical_uri;
using kedge::DbUri;

namespace {

struct Pair {
    std::string input;
    std::string output;
};

// What `sqitch show change` prints for a project with this %uri (Sqitch 1.3.1, URI 5.17).
const std::vector<Pair> kCanonical = {
    {"HTTPS://GitHub.com:443/foo%7ebar", "https://github.com/foo~bar"},
    {"http://Example.COM", "http://example.com/"},
    {"http://ex.com/é x", "http://ex.com/%C3%A9%20x"},
    {"https://github.com/example/app/", "https://github.com/example/app/"},
    {"http://ex.com:80", "http://ex.com/"},
    {"http://ex.com:/x", "http://ex.com/x"},
    {"http://ex.com:8080/x", "http://ex.com:8080/x"},
    {"http://ex.com:080/x", "http://ex.com/x"},
    {"http://User:Pass@EX.com:80/", "http://User:Pass@ex.com/"},
    {"http://us@er@EX.com/", "http://us%40er@ex.com/"},
    {"http://us[er@EX.com/", "http://us%5Ber@ex.com/"},
    {"http://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4"},
    {"http://BÜCHER.example/", "http://xn--bcher-kva.example/"},
    {"http://ΑΒΓ.gr/", "http://xn--mxacd.gr/"},
    {"http://Москва.рф/", "http://xn--80adxhks.xn--p1ai/"},
    {"http://ex%c3%a9.com/", "http://ex%C3%A9.com/"},
    {"http://[FE80::1]:80/x", "http://[fe80::1]/x"},
    {"http://[FE80::1]:8080/x[1]", "http://[fe80::1]:8080/x%5B1%5D"},
    {"http://fe80::1/x", "http://fe80::1/x"},
    {"http://FE80::A/x", "http://[fe80::a]/x"},
    {"http://FE80::A:B/x", "http://[fe80::a:b]/x"},
    {"http://ex.com?Q=1", "http://ex.com?Q=1"},
    {"http://ex.com#Frag", "http://ex.com/#Frag"},
    {"http://ex.com/#a[b]", "http://ex.com/#a%5Bb%5D"},
    {"http://", "http:///"},
    {"http:", "http:"},
    {"http:///", "http:///"},
    {"http:foo", "http:foo"},
    {"http:/Foo", "http:/Foo"},
    {"HTTP:Foo", "http:Foo"},
    {"//Ex.com/foo", "//Ex.com/foo"},
    {"/foo/%7e", "/foo/~"},
    {"foo bar", "foo%20bar"},
    {"foo%zz%4", "foo%zz%4"},
    {"foo%2Fbar%2f%3a", "foo%2Fbar%2F%3A"},
    {"urn:FOO:bar%7eBaz", "urn:foo:bar~Baz"},
    {"URN:ISBN:0395363411", "urn:isbn:0395363411"},
    {"urn:Foo", "urn:foo"},
    {"urn:", "urn:"},
    {"urn:F%4fO:x", "urn:FOO:x"},
    {"urn:FOO://a[b", "urn:foo://a%5Bb"},
    {"mailto:Foo@Example.COM", "mailto:Foo@Example.COM"},
    {"mailto:a[b]@x.com", "mailto:a[b]@x.com"},
    {"MAILTO:a%5Bb", "mailto:a[b"},
    {"file:/tmp/x", "file:///tmp/x"},
    {"file:///tmp/%7ex", "file:///tmp/~x"},
    {"file://localhost/tmp", "file:///tmp"},
    {"file://LOCALHOST/tmp", "file:///tmp"},
    {"file://Host/tmp", "file://Host/tmp"},
    {"file:tmp", "file:///tmp"},
    {"FILE:/x", "file:///x"},
    {"ftp://Ex.com:21/x", "ftp://ex.com/x"},
    {"ftp://Ex.com", "ftp://ex.com"},
    {"ssh://git@GitHub.com:22/foo/bar.git", "ssh://git@github.com/foo/bar.git"},
    {"git@github.com:foo/bar.git", "git@github.com:foo/bar.git"},
    {"git+ssh://git@GitHub.com/foo", "git+ssh://git@GitHub.com/foo"},
    {"GIT://GitHub.com/foo", "git://GitHub.com/foo"},
    {"GitHub.com:foo/bar", "github.com:foo/bar"},
    {"github.com/foo", "github.com/foo"},
    {"tag:Example.com,2004:Foo", "tag:Example.com,2004:Foo"},
    {"data:text/plain,a b", "data:text/plain,a%20b"},
    {"<http://ex.com>", "http://ex.com/"},
    {"<URL:http://Ex.com/>", "http://ex.com/"},
    {"\"http://Ex.com\"", "http://ex.com/"},
    {"  http://Ex.com  ", "http://ex.com/"},
    {"http://ex.com/a|b\\c^d`e{f}g\"h<i>j", "http://ex.com/a%7Cb%5Cc%5Ed%60e%7Bf%7Dg%22h%3Ci%3Ej"},
    {"http://ex.com/a'b(c)d*e!f~g", "http://ex.com/a'b(c)d*e!f~g"},
    {"http://ex.com/%41%5a%30%2D%2e%5F%7E%21%2A%27%28%29", "http://ex.com/AZ0-._~!*'()"},
    {"http://ex.com/%c3%a9%00%7f%25", "http://ex.com/%C3%A9%00%7F%25"},
    {"http://e x.com/", "http://e%20x.com/"},
    {"http://a..bé.com/", "http://a..b%C3%A9.com/"},
    {"http://é..com/", "http://%C3%A9..com/"},
    {"http://xn--é.com/", "http://xn--%C3%A9.com/"},
    {"http://é.com./", "http://xn--9ca.com./"},
    {"http://Ex.com./", "http://ex.com./"},
    {"http://EX.com:99999/", "http://ex.com:99999/"},
    {"http://EX.com:abc/", "http://[ex.com:abc]/"},
    {"http://:80/", "http:///"},
    {"http://@EX.com/", "http://@ex.com/"},
    {"http://EX.com@/", "http://EX.com@/"},
    {"http://a%2Fb.COM/", "http://a%2Fb.com/"},
    {"http://a%40b.COM/", "http://a%40b.com/"},
    {"http://a%5Bb.com/", "http://a[b.com/"},
    {"http://a%5bb.COM/", "http://a[b.com/"},
    {"http://日本語.jp/日本語", "http://xn--wgv71a119e.jp/%E6%97%A5%E6%9C%AC%E8%AA%9E"},
    {"http://ex.com/😀", "http://ex.com/%F0%9F%98%80"},
    {"http://😀.com/", "http://xn--e28h.com/"},
    {"a:b", "a:b"},
    {"1a:b", "1a:b"},
    {"foo:BAR", "foo:BAR"},
    {"Foo-Bar+baz.q:X%7e", "foo-bar+baz.q:X~"},
    {"ws://EX.com:80/", "ws://EX.com:80/"},
    {"rsync://EX.com:873/x", "rsync://ex.com/x"},
    {"sftp://EX.com:22/x", "sftp://ex.com/x"},
    {"telnet://EX.com:23", "telnet://ex.com"},
    {"git://EX%41.com/[x]", "git://EXA.com/%5Bx%5D"},
    {"git://[FE80::1]/[x]", "git://[FE80::1]/%5Bx%5D"},
    {"https://ex.com:80/", "https://ex.com:80/"},
    {"https://EX.com:443?x", "https://ex.com?x"},
    {"https://ex.com/a?b=[1]&c=é#é", "https://ex.com/a?b=%5B1%5D&c=%C3%A9#%C3%A9"},
    {"https://ex.com/a//b/../c", "https://ex.com/a//b/../c"},
    {"http://ß.de/", "http://xn--zca.de/"},
    {"http://Straße.DE/", "http://xn--strae-oqa.de/"},
    {"http://ÅÄÖ.se:80/å", "http://xn--4cab6c.se/%C3%A5"},
    {"http://u:p@ÅÄÖ.se:80/å", "http://u:p@xn--4cab6c.se/%C3%A5"},
    {"http://é@EX.com/", "http://%C3%A9@ex.com/"},
    {"http://ex.com/%", "http://ex.com/%"},
    {"http://ex.com/%4", "http://ex.com/%4"},
    {"http://ex.com/%g1%41", "http://ex.com/%g1A"},
    {"http://verylonglabelverylonglabelverylonglabelverylonglabelverylonglabelé.com/",
     "http://verylonglabelverylonglabelverylonglabelverylonglabelverylonglabel%C3%A9.com/"},
    {"%uri", "%uri"},
};

/// engine|user|password|host|port|dbname|params|display|whole text
std::string describe(const DbUri& uri) {
    std::string params;
    for (const auto& [key, value] : uri.params) params += key + "=" + value + ",";
    return uri.engine + "|" + uri.user + "|" + uri.password.value_or("-") + "|" + uri.host + "|" +
           (uri.port ? std::to_string(*uri.port) : "") + "|" + uri.dbname + "|" + params + "|" +
           uri.display() + "|" + uri.to_string();
}

// What URI::db 0.20 reads, and how Sqitch shows and stores it.
const std::vector<Pair> kDatabases = {
    {"db:pg:app", "pg||-|||app||db:pg:app|db:pg:app"},
    {"db:pg:", "pg||-|||||db:pg:|db:pg:"},
    {"db:pg://", "pg||-|||||db:pg://|db:pg://"},
    {"db:pg://h", "pg||-|h||||db:pg://h|db:pg://h"},
    {"db:pg://h/", "pg||-|h||||db:pg://h/|db:pg://h/"},
    {"db:pg://h/app", "pg||-|h||app||db:pg://h/app|db:pg://h/app"},
    {"db:pg://u@h/app", "pg|u|-|h||app||db:pg://u@h/app|db:pg://u@h/app"},
    {"db:pg://u:p@h/app", "pg|u|p|h||app||db:pg://u:@h/app|db:pg://u:p@h/app"},
    {"db:pg://u:@h/app", "pg|u||h||app||db:pg://u:@h/app|db:pg://u:@h/app"},
    {"db:pg://:p@h/app", "pg||p|h||app||db:pg://h/app|db:pg://:p@h/app"},
    {"db:pg://u:p@h:5433/app?sslmode=require",
     "pg|u|p|h|5433|app|sslmode=require,|db:pg://u:@h:5433/app?sslmode=require|db:pg://u:p@h:5433/"
     "app?sslmode=require"},
    {"db:pg://u:p@/app", "pg|u|p|||app||db:pg://u:@/app|db:pg://u:p@/app"},
    {"db:pg:///app", "pg||-|||app||db:pg:///app|db:pg:///app"},
    {"db:pg:////app", "pg||-|||/app||db:pg:////app|db:pg:////app"},
    {"db:pg://u:p%25%5E%26%40x@h/app",
     "pg|u|p%^&@x|h||app||db:pg://u:@h/app|db:pg://u:p%25%5E%26%40x@h/app"},
    {"db:pg://u:p%^&@x@h/app", "pg|u|p%^&@x|h||app||db:pg://u:@h/app|db:pg://u:p%%5E&@x@h/app"},
    {"db:pg://us@er:pw@h/app", "pg|us@er|pw|h||app||db:pg://us%40er:@h/app|db:pg://us@er:pw@h/app"},
    {"db:pg://u%40x:p@h/app", "pg|u@x|p|h||app||db:pg://u%40x:@h/app|db:pg://u%40x:p@h/app"},
    {"db:PG://U:p@H/App", "pg|U|p|H||App||db:PG://U:@H/App|db:PG://U:p@H/App"},
    {"DB:pg://U:p@H/App", "pg|U|p|H||App||DB:pg://U:@H/App|DB:pg://U:p@H/App"},
    {"db:postgresql://h/a", "pg||-|h||a||db:postgresql://h/a|db:postgresql://h/a"},
    {"db:mysql://root:s3cr%20et@localhost/shop?mysql_ssl=1&mysql_socket=/tmp/x",
     "mysql|root|s3cr "
     "et|localhost||shop|mysql_ssl=1,mysql_socket=/tmp/x,|db:mysql://root:@localhost/"
     "shop?mysql_ssl=1&mysql_socket=/tmp/x|db:mysql://root:s3cr%20et@localhost/"
     "shop?mysql_ssl=1&mysql_socket=/tmp/x"},
    {"db:mariadb:shop", "mysql||-|||shop||db:mariadb:shop|db:mariadb:shop"},
    {"db:sqlite:app.db", "sqlite||-|||app.db||db:sqlite:app.db|db:sqlite:app.db"},
    {"db:sqlite3:app.db", "sqlite||-|||app.db||db:sqlite3:app.db|db:sqlite3:app.db"},
    {"db:sqlite:/abs/app.db",
     "sqlite||-|||/abs/app.db||db:sqlite:/abs/app.db|db:sqlite:/abs/app.db"},
    {"db:sqlite:////abs/app.db",
     "sqlite||-|||/abs/app.db||db:sqlite:////abs/app.db|db:sqlite:////abs/app.db"},
    {"db:sqlite:///rel.db", "sqlite||-|||rel.db||db:sqlite:///rel.db|db:sqlite:///rel.db"},
    {"db:sqlite:my%20db.db", "sqlite||-|||my db.db||db:sqlite:my%20db.db|db:sqlite:my%20db.db"},
    {"db:sqlite:my db.db", "sqlite||-|||my db.db||db:sqlite:my%20db.db|db:sqlite:my%20db.db"},
    {"db:sqlite:é.db", "sqlite||-|||é.db||db:sqlite:%C3%A9.db|db:sqlite:%C3%A9.db"},
    {"db:sqlite:", "sqlite||-|||||db:sqlite:|db:sqlite:"},
    {"db:sqlite:./a@b.db", "sqlite||-|||./a@b.db||db:sqlite:./a@b.db|db:sqlite:./a@b.db"},
    {"db:sqlite::memory:", "sqlite||-|||:memory:||db:sqlite::memory:|db:sqlite::memory:"},
    {"db:sqlite:foo#bar.db", "sqlite||-|||foo||db:sqlite:foo#bar.db|db:sqlite:foo#bar.db"},
    {"db:sqlite:foo.db?mode=ro",
     "sqlite||-|||foo.db|mode=ro,|db:sqlite:foo.db?mode=ro|db:sqlite:foo.db?mode=ro"},
    {"db:firebird:foo.fdb", "||-|||foo.fdb||db:firebird:foo.fdb|db:firebird:foo.fdb"},
    {"db:oracle://u:p@h/x", "|u|p|h||x||db:oracle://u:@h/x|db:oracle://u:p@h/x"},
    {"db:pg://[::1]:5432/app", "pg||-|::1|5432|app||db:pg://[::1]:5432/app|db:pg://[::1]:5432/app"},
    {"db:pg://[FE80::1]/app", "pg||-|FE80::1||app||db:pg://[FE80::1]/app|db:pg://[FE80::1]/app"},
    {"db:pg://bücher.de/app",
     "pg||-|xn--bcher-kva.de||app||db:pg://xn--bcher-kva.de/app|db:pg://xn--bcher-kva.de/app"},
    {"db:pg://%2Ftmp/app", "pg||-|/tmp||app||db:pg://%2Ftmp/app|db:pg://%2Ftmp/app"},
    {"db:pg://h/a?k=a+b%20c", "pg||-|h||a|k=a b c,|db:pg://h/a?k=a+b%20c|db:pg://h/a?k=a+b%20c"},
    {"db:pg://h/a%2Fb", "pg||-|h||a/b||db:pg://h/a%2Fb|db:pg://h/a%2Fb"},
    {"db:pg://h/a/b", "pg||-|h||a/b||db:pg://h/a/b|db:pg://h/a/b"},
    {"db:pg://u:p+q@h/a", "pg|u|p+q|h||a||db:pg://u:@h/a|db:pg://u:p+q@h/a"},
    {"db:pg://u:p[q@h/a", "pg|u|p[q|h||a||db:pg://u:@h/a|db:pg://u:p%5Bq@h/a"},
    {"db:pg://u'(x)*:p@h/a", "pg|u'(x)*|p|h||a||db:pg://u'(x)*:@h/a|db:pg://u'(x)*:p@h/a"},
    {" db:pg:x ", "pg||-|||x||db:pg:x|db:pg:x"},
    {"db:pg:a%zzb", "pg||-|||a%zzb||db:pg:a%zzb|db:pg:a%zzb"},
};

}  // namespace

TEST_SUITE("uri") {
    TEST_CASE("a project URI is hashed in the form that Sqitch hashes") {
        for (const Pair& pair : kCanonical) {
            CAPTURE(pair.input);
            CHECK(canonical_uri(pair.input) == pair.output);
        }
    }

    TEST_CASE("a canonical URI is its own canonical form") {
        for (const Pair& pair : kCanonical) {
            CAPTURE(pair.input);
            // "http://ex.com:abc" is no host and port, and changes its meaning in brackets.
            CHECK(canonical_uri(canonical_uri(pair.input)) == canonical_uri(pair.output));
        }
    }

    TEST_CASE("any bytes have a canonical form") {
        CHECK(canonical_uri("http://h/\xff\xc3") == "http://h/%FF%C3");
        CHECK(canonical_uri("http://\xff.com/") == "http://%FF.com/");
        CHECK(canonical_uri("") == "");
        CHECK(canonical_uri(std::string("a\0b", 3)) == "a%00b");
    }

    TEST_CASE("database URIs are read and shown as Sqitch does") {
        for (const Pair& pair : kDatabases) {
            CAPTURE(pair.input);
            const auto uri = DbUri::parse(pair.input);
            REQUIRE(uri.has_value());
            CHECK(describe(*uri) == pair.output);
        }
    }

    TEST_CASE("every spelling of an engine") {
        for (const Pair& pair : std::vector<Pair>{{"sqlite", "sqlite"},
                                                  {"sqlite3", "sqlite"},
                                                  {"pg", "pg"},
                                                  {"PG", "pg"},
                                                  {"postgres", "pg"},
                                                  {"postgresql", "pg"},
                                                  {"pgsql", "pg"},
                                                  {"pgxc", "pg"},
                                                  {"postgresxc", "pg"},
                                                  {"mysql", "mysql"},
                                                  {"maria", "mysql"},
                                                  {"mariadb", "mysql"},
                                                  {"redshift", ""},
                                                  {"oracle", ""}}) {
            CAPTURE(pair.input);
            const auto uri = DbUri::parse("db:" + pair.input + ":x");
            REQUIRE(uri.has_value());
            CHECK(uri->engine == pair.output);
            CHECK(uri->engine_spelling == pair.input);
            CHECK(!uri->has_authority);
        }
    }

    TEST_CASE("what isn't a database URI") {
        for (const char* text : {"", "db", "pg://h/app", "dev", "http://ex.com/", "dbx:pg:app"}) {
            CAPTURE(text);
            CHECK(!DbUri::parse(text).has_value());
        }
    }

    TEST_CASE("the lenient form adds the missing prefix") {
        CHECK(DbUri::parse_lenient("pg://h/app").to_string() == "db:pg://h/app");
        CHECK(DbUri::parse_lenient("DB:pg:app").to_string() == "DB:pg:app");
        CHECK(DbUri::parse_lenient("sqlite://u:pw@/zz \xc3\xa9.db").to_string() ==
              "db:sqlite://u:pw@/zz%20%C3%A9.db");
        CHECK_THROWS_AS((void)DbUri::parse_lenient("foo"), kedge::Failure);
    }

    TEST_CASE("secrets are not shown") {
        const std::vector<Pair> cases = {
            {"db:pg://u:0@h/app", "db:pg://u:@h/app"},
            {"db:pg://h/x?sslpassword=geheim&a=b&PASSWORD=geheim;p%61ssword=geheim&password",
             "db:pg://h/x?sslpassword=&a=b&PASSWORD=;p%61ssword=&password"},
            {"db:pg://h/x?oauth_client_secret=geheim&access_token=geheim&pwd=geheim#f",
             "db:pg://h/x?oauth_client_secret=&access_token=&pwd=#f"},
            {"db:pg://u:ge%2Fheim@h/x", "db:pg://u:@h/x"},
            {"db:pg://u:ge@heim@h/x", "db:pg://u:@h/x"},
            {"db:oracle://u:geheim@h/x", "db:oracle://u:@h/x"},
            {"db:sqlite://u:geheim@h/x", "db:sqlite://u:@h/x"},
        };
        for (const Pair& pair : cases) {
            CAPTURE(pair.input);
            const auto uri = DbUri::parse(pair.input);
            REQUIRE(uri.has_value());
            CHECK(uri->display() == pair.output);
            CHECK(uri->to_string() == pair.input);
        }
    }

    TEST_CASE("query parameters stay in the order written") {
        const auto uri = DbUri::parse("db:pg://h/a?x=1;y=2&x=3&&foo");
        REQUIRE(uri.has_value());
        const std::vector<std::pair<std::string, std::string>> expected = {
            {"x", "1"}, {"y", "2"}, {"x", "3"}, {"foo", ""}};
        CHECK(uri->params == expected);
    }

    TEST_CASE("an error never tells a password") {
        const std::vector<Pair> cases = {
            {"db:", "no engine is named"},
            {"db:geheim", "no engine is named"},
            {"db://u:geheim@h/x", "no engine is named"},
            {"db:u:geheim@h/x", "an '@' stands where"},
            {"db:pg:u:geheim@h/x", "an '@' stands where"},
            {"db:pg://u:ge/heim@h/x", "an '@' stands where"},
            {"db:pg://u:12/geheim@h/x", "an '@' stands where"},
            {"db:pg://u:12?geheim@h/x", "an '@' stands where"},
            {"db:pg://u:12#geheim@h/x", "an '@' stands where"},
            {"db:pg://u:g@e/heim@h/x", "an '@' stands where"},
            {"db:pg://u:1/2?geheim@h/x", "has no value, and holds an '@'"},
            {"db:pg://u:geheim@h:port/x", "the port is not a number"},
            {"db:pg://u:geheim@h:0/x", "the port is not a number"},
            {"db:pg://u:geheim@h:65536/x", "the port is not a number"},
            {"db:pg://u:geheim@h:99999999999/x", "the port is not a number"},
            {"db:pg://u:geheim@[::1/x", "lacks its ']'"},
            {"db:pg://u:geheim@[::1]x/x", "other than a port"},
            {"db:pg://u:geheim@::1/x", "in brackets"},
            {"db:pg://u:geheim%00@h/x", "NUL"},
            {"db:sqlite:a;geheim.db", "%3B"},
        };
        for (const Pair& pair : cases) {
            CAPTURE(pair.input);
            try {
                (void)DbUri::parse(pair.input);
                FAIL_CHECK("was accepted");
            } catch (const kedge::Failure& failure) {
                const kedge::Error& error = failure.error();
                CHECK(error.kind == kedge::ErrorKind::usage);
                CHECK(error.message.find(pair.output) != std::string::npos);
                CHECK(!error.hint.empty());
                for (const std::string& text : {error.message, error.hint, error.detail}) {
                    CHECK(text.find("geheim") == std::string::npos);
                    CHECK(text.find("heim@") == std::string::npos);
                }
            }
        }
    }

    TEST_CASE("a changed field changes the text") {
        DbUri uri = *DbUri::parse("db:sqlite3:sub/foo.db");
        uri.dbname = "sub/sqitch 100%.db";
        CHECK(uri.display() == "db:sqlite3:sub/sqitch%20100%25.db");

        uri = *DbUri::parse("db:pg:app");
        uri.host = "db.example.com";
        uri.user = "a:b@c";
        uri.password = "p/%?@#";
        uri.port = 5433;
        uri.params = {{"application_name", "a&b c"}};
        CHECK(uri.to_string() ==
              "db:pg://a%3Ab%40c:p%2F%25%3F%40%23@db.example.com:5433/"
              "app?application_name=a%26b%20c");
        CHECK(uri.display() ==
              "db:pg://a%3Ab%40c:@db.example.com:5433/app?application_name=a%26b%20c");
        const DbUri again = *DbUri::parse(uri.to_string());
        CHECK(again.user == uri.user);
        CHECK(again.password == uri.password);
        CHECK(again.params == uri.params);

        uri = DbUri();
        uri.engine_spelling = "pg";
        CHECK(uri.to_string() == "db:pg:");
        uri.host = "::1";
        CHECK(uri.to_string() == "db:pg://[::1]");
        uri.host = "/var/run/postgresql";
        CHECK(uri.to_string() == "db:pg://%2Fvar%2Frun%2Fpostgresql");

        uri = DbUri();
        uri.engine_spelling = "sqlite";
        uri.dbname = "//odd.db";
        CHECK(DbUri::parse(uri.to_string())->dbname == "//odd.db");
        uri.has_authority = true;
        uri.dbname = "/abs.db";
        CHECK(uri.to_string() == "db:sqlite:////abs.db");
    }
}

TEST_CASE("a PostgreSQL URI may name several hosts, each with its port") {
    const kedge::DbUri uri =
        *kedge::DbUri::parse("db:pg://u@h1:5432,h2,[::1]:6/db?target_session_attrs=any");
    CHECK(uri.host == "h1,h2,::1");
    CHECK_FALSE(uri.port);
    REQUIRE(uri.params.size() == 2);
    CHECK(uri.params[0] == std::pair<std::string, std::string>{"port", "5432,,6"});
    CHECK(uri.params[1].first == "target_session_attrs");
    CHECK(uri.display() == "db:pg://u@h1:5432,h2,[::1]:6/db?target_session_attrs=any");
    CHECK(kedge::DbUri::parse("db:pg://h1,h2/db")->params.empty());
    CHECK_THROWS_AS((void)kedge::DbUri::parse("db:pg://h1:x,h2/db"), kedge::Failure);
}
