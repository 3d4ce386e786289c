// SPDX-License-Identifier: MIT
#include "support/sha1.hpp"

#include <cstdint>

#include <nettle/sha1.h>

namespace kedge {

struct Sha1Stream::State {
    sha1_ctx context{};
};

Sha1Stream::Sha1Stream() : state_(std::make_unique<State>()) {
    sha1_init(&state_->context);
}
Sha1Stream::~Sha1Stream() = default;
Sha1Stream::Sha1Stream(Sha1Stream&&) noexcept = default;
Sha1Stream& Sha1Stream::operator=(Sha1Stream&&) noexcept = default;

void Sha1Stream::update(std::string_view bytes) {
    sha1_update(&state_->context, bytes.size(),
                reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

Sha1 Sha1Stream::finish() {
    std::array<std::uint8_t, SHA1_DIGEST_SIZE> raw{};
    sha1_digest(&state_->context, raw.size(), raw.data());
    static constexpr std::string_view kDigits = "0123456789abcdef";
    Sha1 out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        out.hex_[2 * i] = kDigits[raw[i] >> 4];
        out.hex_[2 * i + 1] = kDigits[raw[i] & 15];
    }
    return out;
}

Sha1 Sha1::of(std::string_view bytes) {
    Sha1Stream stream;
    stream.update(bytes);
    return stream.finish();
}

bool looks_like_sha1(std::string_view text) noexcept {
    return text.size() == 40 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace kedge
