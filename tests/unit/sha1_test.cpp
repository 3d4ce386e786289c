// SPDX-License-Identifier: MIT
#include "support/sha1.hpp"

#include <string>
#include <utility>

#include <doctest/doctest.h>

using kedge::Sha1;
using kedge::Sha1Stream;

TEST_SUITE_BEGIN("sha1");

TEST_CASE("known digests") {
    struct Row {
        std::string bytes;
        std::string digest;
    };
    const Row rows[] = {
        {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
        {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
        {std::string(1000000, 'a'), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
        // Section 2.5 of the compatibility reference: the hash of a script.
        {"SELECT 1;\n", "d30d858bf9fa5d8979af2d32c3be5e09b07da877"},
    };
    for (const Row& row : rows) CHECK(Sha1::of(row.bytes) == row.digest);
}

TEST_CASE("bytes may come in pieces of any size, and NUL is a byte") {
    std::string text = "a text with a NUL in it";
    text[5] = '\0';
    for (std::size_t step = 1; step <= text.size(); ++step) {
        CAPTURE(step);
        Sha1Stream stream;
        for (std::size_t at = 0; at < text.size(); at += step) {
            stream.update(std::string_view(text).substr(at, step));
        }
        CHECK(stream.finish() == Sha1::of(text));
    }
    CHECK(Sha1::of(text) != Sha1::of("a text with a space in it"));
}

TEST_CASE("a stream starts anew after finish, and can be moved") {
    Sha1Stream stream;
    stream.update("something else");
    CHECK(stream.finish() == Sha1::of("something else"));
    stream.update("a");
    Sha1Stream moved = std::move(stream);
    moved.update("bc");
    CHECK(moved.finish() == "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST_CASE("no digest is empty") {
    const Sha1 none;
    CHECK(none.empty());
    CHECK(none.view().empty());
    CHECK(none.str().empty());
    CHECK(none == Sha1());
    const Sha1 some = Sha1::of("");
    CHECK_FALSE(some.empty());
    CHECK(some != none);
    CHECK(some.view().size() == 40);
}

TEST_CASE("what looks like a digest") {
    const std::string good(40, 'a');
    CHECK(kedge::looks_like_sha1(good));
    CHECK(kedge::looks_like_sha1("0123456789abcdef0123456789abcdef01234567"));
    CHECK_FALSE(kedge::looks_like_sha1(""));
    CHECK_FALSE(kedge::looks_like_sha1(good.substr(1)));
    CHECK_FALSE(kedge::looks_like_sha1(good + "a"));
    CHECK_FALSE(kedge::looks_like_sha1(std::string(40, 'A')));
    CHECK_FALSE(kedge::looks_like_sha1(std::string(39, 'a') + "g"));
}

TEST_SUITE_END();
