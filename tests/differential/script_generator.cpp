// SPDX-License-Identifier: MIT
#include "script_generator.hpp"

#include <utility>

std::string ScriptGenerator::comment() {
    switch (below(3)) {
        case 0:
            return "--" +
                   std::string(pick({"", " a", ";", " it's", " \"", " $$", " /*", " */;", "-"})) +
                   std::string(pick({"\n", "\n  ", "\n\n"}));
        case 1:
            return std::string(pick({"/**/", "/* ; */", "/* it's */", "/*\" ;\n*/", "/***/",
                                     "/*/ */", "/* -- */", "/* $$ */", "/*\n;\n*/"}));
        default:
            return "/* " + std::string(pick({";", "'", "*", "/"})) + " /* ; */ " +
                   std::string(pick({";", "\"", "", "/**/", "/* /*;*/ */"})) + " */";
    }
}

std::string ScriptGenerator::gap() {
    std::string out;
    do {
        out += pick({" ", " ", " ", "\n", "\t", "  ", "\n  ", " \n", "\f", "\n\n"});
        if (one_in(6)) out += comment();
    } while (one_in(4));
    return out;
}

std::string ScriptGenerator::spread(std::string_view words) {
    std::string out;
    for (const char c : words) {
        if (c == ' ') {
            out += gap();
        } else {
            out += c;
        }
    }
    return out;
}

std::string ScriptGenerator::name() {
    if (one_in(3)) return quoted_name();
    return std::string(pick({"a", "b", "t1", "a$b", "_x", "été", "naïve$", "名前", "e_", "u_",
                             "beginning", "ended", "casey", "x$1", "A", "Begin_"}));
}

std::string ScriptGenerator::quoted(std::string_view prefix, Pieces inside) {
    const char quote = prefix.back();
    std::string out(prefix);
    for (std::size_t n = below(4); n > 0; --n) out += pick(inside);
    return out + quote;
}

std::string ScriptGenerator::quoted_name() {
    // A name isn't empty.
    if (one_in(5)) {
        return quoted("U&\"", {"d", ";", "\"\"", "'", "\n"}).insert(3, "\\0061") +
               (one_in(3) ? " UESCAPE '\\'" : "");
    }
    return quoted("\"", {"a", ";", "\"\"", "'", "\n", " -- ", "/*", "$$", "\\", "ü", ":a"})
        .insert(1, pick({"n", "end", ";", "BEGIN", " "}));
}

std::string ScriptGenerator::string() {
    const Pieces plain = {"a",  ";",  "''", "\"", "\n", "\n;\n", "--",
                          "/*", "$$", "\\", "ü",  "\t", ":a"};
    const Pieces escaped = {"a",     ";",       "''", "\\'",  "\\\\", "\\n", "\\x41",
                            "\\101", "\\u00e4", "\n", "\\\n", "\\;",  "\"",  "--"};
    switch (below(10)) {
        case 0:
        case 1:
            return quoted("E'", escaped);
        case 2:
            return quoted("e'", escaped);
        case 3:
            return quoted("U&'", {"a", ";", "''", "\\0061", "\\+000061", "\n", "\"", "--"});
        case 4:
            return quoted("u&'", {"a", ";", "!0061", "\\", "\n"}) + "\nUESCAPE '!'";
        case 5:
            return quoted(pick({"B'", "b'"}), {"0", "1"});
        case 6:
            return quoted(pick({"X'", "x'"}), {"0", "1F", "a"});
        case 7: {
            // Goes on after a line end, in the way in which it began.
            const bool escapes = one_in(2);
            std::string out = escapes ? quoted("E'", escaped) : quoted("'", plain);
            do {
                out += pick({"\n", " \n ", "\n\n", "\n\t", "\f\n"});
                out += escapes ? quoted("'", escaped) : quoted("'", plain);
            } while (one_in(2));
            return out;
        }
        case 8:
            return dollar_quoted();
        default:
            return quoted("'", plain);
    }
}

std::string ScriptGenerator::dollar_quoted() {
    const std::string tag(pick({"$$", "$$", "$a$", "$_1$", "$body$", "$ä$"}));
    std::string out = tag;
    for (std::size_t n = below(5); n > 0; --n) {
        const std::string_view inside = pick({"a", ";", "'", "\"", "\n", "BEGIN", " END;", "--",
                                              "/*", "$", "$b", "$c$", "$1", "\\", "(", "$$"});
        out += inside == tag ? "$ $" : inside;
        out += ' ';
    }
    return out + tag;
}

std::string ScriptGenerator::number() {
    return std::string(
        pick({"1", "23", "1.5", ".5", "1.", "1e5", "1E-5", "2.5e+10", "$1", "$12", "0"}));
}

std::string ScriptGenerator::token(bool in_routine) {
    switch (below(12)) {
        case 0:
        case 1:
            return gap() + name();
        case 2:
        case 3:
            // Parted from what follows, lest that go on with it behind a comment.
            return gap() + string() + std::string(pick({",", " ||", "\n::", "\t=", " AS", "+"}));
        case 4:
            // No letter may be right behind a number.
            return gap() + number() + gap();
        case 5:
            return loose_gap() + parentheses(in_routine);
        case 6:
            return gap() + std::string(pick({"1", "23", "1.5", ".5", "1.", "1E-5", "$1"})) +
                   std::string(pick({"+", "-", "*", "$$;$$", "$a$;'$a$", "'a;'", ","})) + " ";
        case 7:
            return loose_gap() + "[" + number() + ":" + number() + "]";
        case 8:
            return " " + std::string(pick(
                             {":a", ":'a'", ":\"a\"", ":'a;b'", ":\"a;\"", ":{?a}", ":1", ": a"}));
        case 9:
            return in_routine ? gap() + "CASE"
                              : gap() + std::string(pick({"BEGIN", "CASE", "end", "End"}));
        case 10:
            return gap() + std::string(pick({"AS", "FROM", "or", "REPLACE", "FUNCTION", "procedure",
                                             "create", "ATOMIC", "null"}));
        default:
            return loose_gap() +
                   std::string(pick(
                       {"->>", "->",  "@>",       "<@",      "||", "::",   ":=",      "=>", "..",
                        "#>>", "<=>", "*/* ; */", "+-- ;\n", "- ", "!~~*", "?|",      "&&", "@-@",
                        "|/ ", ",",   ".",        "=",       "<>", ":::a", "@/*;*/- "}));
    }
}

std::string ScriptGenerator::parentheses(bool in_routine) {
    if (depth_ > 3) return "()";
    ++depth_;
    std::string out = "(";
    for (std::size_t n = below(4); n > 0; --n) out += one_in(5) ? ";" : token(in_routine);
    --depth_;
    return out + loose_gap() + ")";
}

std::string ScriptGenerator::token_statement() {
    if (one_in(15)) return {};
    const std::string start(
        pick({"SELECT", "select", "INSERT INTO", "CREATE TABLE", "WITH", "DO", "BEGIN", "END",
              "CREATE RULE", "COMMIT", "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION",
              "create procedure", "VALUES", "CREATE OR REPLACE PROCEDURE", "CREATE VIEW",
              "ALTER FUNCTION", "DROP PROCEDURE"}));
    const bool is_routine =
        start.find_first_of("Cc") == 0 && (start.find("FUNCTION") != std::string::npos ||
                                           start.find("PROCEDURE") != std::string::npos ||
                                           start.find("procedure") != std::string::npos);
    std::string out = spread(start);
    for (std::size_t n = below(12); n > 0; --n) out += token(is_routine);
    return out;
}

std::string ScriptGenerator::expression(std::size_t depth) {
    if (depth == 0) {
        switch (below(4)) {
            case 0:
                return name();
            case 1:
                return number() + gap();
            default:
                return string();
        }
    }
    const auto inner = [&] { return gap() + expression(depth - 1) + gap(); };
    switch (below(9)) {
        case 0:
            return "CASE" + gap() + "WHEN" + inner() + "THEN" + inner() + "ELSE" + inner() + "END";
        case 1:
            return "case" + inner() + "when" + inner() + "then" + inner() + "end";
        case 2:
            return "(" + inner() + ")";
        case 3:
            return "(" + query() + loose_gap() + ")";
        case 4:
            return "f(" + loose_gap() + "a" + gap() + std::string(pick({":=", "=>"})) + inner() +
                   ")";
        case 5:
            return "(ARRAY[" + inner() + "," + inner() + "])[" + number() + " :" + number() + "]";
        case 6:
            return "(" + inner() + ")::text";
        case 7:
            return "coalesce(" + inner() + "," + string() + ")";
        default:
            return "(" + inner() + ")" +
                   std::string(
                       pick({"->>", "@>", "<@", "||", "-", "*/* ; */", "+-- ;\n", "@-@", "#>>"})) +
                   inner();
    }
}

std::string ScriptGenerator::query() {
    std::string out = one_in(8) ? spread("WITH w AS (SELECT 1) SELECT ") : "SELECT" + gap();
    for (std::size_t n = below(3); n > 0; --n) out += expression(below(3)) + loose_gap() + ",";
    out += gap() + expression(below(3));
    if (one_in(3)) out += gap() + "AS" + gap() + quoted_name();
    if (one_in(2)) out += gap() + "FROM" + gap() + name();
    if (one_in(4)) out += gap() + "WHERE" + gap() + expression(2);
    return out;
}

std::string ScriptGenerator::change() {
    switch (below(4)) {
        case 0:
            return spread("INSERT INTO ") + name() + gap() + "VALUES" + loose_gap() + "(" +
                   expression(2) + ")";
        case 1:
            return "UPDATE" + gap() + name() + gap() + "SET" + gap() + name() + loose_gap() + "=" +
                   loose_gap() + expression(2);
        case 2:
            return spread("delete from ") + name() + gap() + "WHERE" + gap() + expression(1);
        default:
            return query();
    }
}

std::string ScriptGenerator::routine() {
    const bool is_function = one_in(2);
    std::string out = spread(pick({"CREATE ", "create or replace ", "CREATE OR REPLACE "})) +
                      (is_function ? "FUNCTION" : "procedure") + gap() + name() + loose_gap() +
                      "(" + std::string(pick({"", "a int", "b text DEFAULT ';'"})) + ")" + gap();
    if (is_function) out += spread("RETURNS int ");
    switch (below(4)) {
        case 0:
            return out + "LANGUAGE" + gap() + "plpgsql" + gap() + "AS" + gap() + dollar_quoted();
        case 1:
            return out + "AS" + gap() +
                   quoted(pick({"'", "E'"}), {"a", ";", "''", "\n", "--", "\\\\", "END;"}) + gap() +
                   spread("language sql");
        case 2:
            if (is_function) return out + "RETURN" + gap() + expression(3);
            break;
        default:
            break;
    }
    out += spread(pick({"BEGIN ATOMIC ", "begin atomic ", "LANGUAGE sql Begin Atomic "}));
    for (std::size_t n = below(4); n > 0; --n) out += change() + loose_gap() + ";" + loose_gap();
    return out + gap() + std::string(pick({"END", "end"}));
}

std::string ScriptGenerator::rule() {
    std::string out = spread(pick({"CREATE RULE ", "create or replace rule "})) + name() + gap() +
                      spread("AS ON INSERT TO ") + name() + gap() +
                      std::string(pick({"DO", "DO ALSO", "do instead"})) + gap() + "(";
    for (std::size_t n = below(3); n > 0; --n) out += change() + loose_gap() + ";";
    return out + change() + loose_gap() + ")";
}

std::string ScriptGenerator::statement() {
    switch (below(14)) {
        case 0:
            return {};
        case 1:
        case 2:
        case 3:
            return routine();
        case 4:
            return rule();
        case 5:
            return "DO" + gap() + dollar_quoted();
        case 6:
            return spread("CREATE TABLE ") + name() + gap() + "(" + name() + gap() + "text" +
                   gap() + "DEFAULT" + gap() + string() + loose_gap() + "," + name() + gap() +
                   "int)";
        case 7:
            return spread("COMMENT ON TABLE ") + name() + gap() + "IS" + gap() + "'it''s;'";
        case 8:
            return spread(
                pick({"BEGIN", "COMMIT", "END", "ROLLBACK", "begin isolation level serializable",
                      "START TRANSACTION", "CREATE TABLE begin (a int)", "drop function begin",
                      "DROP PROCEDURE IF EXISTS atomic", "ALTER FUNCTION begin OWNER TO a"}));
        default:
            return change();
    }
}

std::string ScriptGenerator::finish(std::string script) {
    script += pick({"", ";", ";\n", "; -- the end", "\n-- ;", "; /* ; */", "/* ; */\n"});
    if (one_in(3)) return script;
    const std::string line_end(pick({"\r\n", "\r\n", "\r"}));
    std::string out;
    for (const char c : script) {
        if (c == '\n') {
            out += line_end;
        } else {
            out += c;
        }
    }
    return out;
}

std::string ScriptGenerator::tokens(std::size_t statements) {
    std::string out;
    for (std::size_t i = 0; i < statements; ++i) {
        if (i > 0) out += ";" + loose_gap();
        out += token_statement() + loose_gap();
    }
    return finish(std::move(out));
}

std::string ScriptGenerator::grammatical(std::size_t statements) {
    std::string out;
    for (std::size_t i = 0; i < statements; ++i) {
        if (i > 0) out += ";" + loose_gap();
        out += statement() + loose_gap();
    }
    return finish(std::move(out));
}
