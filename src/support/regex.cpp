// SPDX-License-Identifier: MIT
#include "support/regex.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <array>
#include <cstdint>
#include <string>

#include <fmt/format.h>
#include <pcre2.h>

#include "support/error.hpp"

namespace kedge {

namespace {

std::string explain(int code) {
    std::array<PCRE2_UCHAR, 256> buffer{};
    const int length = pcre2_get_error_message(code, buffer.data(), buffer.size());
    if (length < 0) return fmt::format("error {} of the pattern library", code);
    return {buffer.begin(), buffer.begin() + length};
}

struct FreeMatchData {
    void operator()(pcre2_match_data* data) const noexcept { pcre2_match_data_free(data); }
};

}  // namespace

struct Regex::Program {
    std::string pattern;
    pcre2_code* code = nullptr;
};

void Regex::Release::operator()(Program* program) const noexcept {
    pcre2_code_free(program->code);
    delete program;
}

Regex::Regex(std::string_view pattern, bool caseless)
    : program_(new Program{std::string(pattern), nullptr}) {
    const std::uint32_t options =
        PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | (caseless ? PCRE2_CASELESS : 0U);
    int code = 0;
    PCRE2_SIZE offset = 0;
    program_->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(program_->pattern.data()),
                                   program_->pattern.size(), options, &code, &offset, nullptr);
    if (program_->code == nullptr) {
        throw Failure(ErrorKind::usage,
                      fmt::format("bad regular expression \"{}\": {} at offset {}", pattern,
                                  explain(code), offset));
    }
}

bool Regex::search(std::string_view text) const {
    const std::unique_ptr<pcre2_match_data, FreeMatchData> data(
        pcre2_match_data_create_from_pattern(program_->code, nullptr));
    // A view without text may hold a null pointer, which older releases of the library refuse.
    const char* subject = text.empty() ? "" : text.data();
    const int result = pcre2_match(program_->code, reinterpret_cast<PCRE2_SPTR>(subject),
                                   text.size(), 0, 0, data.get(), nullptr);
    if (result >= 0) return true;
    if (result == PCRE2_ERROR_NOMATCH) return false;
    throw Failure(ErrorKind::usage,
                  fmt::format("can't match the regular expression \"{}\": {}", program_->pattern,
                              explain(result)),
                  "write a simpler pattern");
}

}  // namespace kedge
