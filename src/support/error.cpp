// SPDX-License-Identifier: MIT
#include "support/error.hpp"

namespace kedge {

std::string Location::to_string() const {
    std::string out = file;
    if (!file.empty() && line > 0) {
        out += ':' + std::to_string(line);
        if (column > 0) out += ':' + std::to_string(column);
    }
    return out;
}

Failure::Failure(ErrorKind kind, std::string message, std::string hint) {
    error_.kind = kind;
    error_.message = std::move(message);
    error_.hint = std::move(hint);
}

int exit_status(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::usage:
        case ErrorKind::configuration:
        case ErrorKind::edited_history:
            return 2;
        case ErrorKind::gate:
            return 5;
        case ErrorKind::locked:
            return 6;
        case ErrorKind::connection:
            return 7;
        case ErrorKind::script:
        case ErrorKind::refused:
        case ErrorKind::interrupted:
        case ErrorKind::outcome_unknown:
        case ErrorKind::internal:
            return 1;
    }
    return 1;
}

const char* kind_name(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::usage:
            return "usage";
        case ErrorKind::configuration:
            return "configuration";
        case ErrorKind::connection:
            return "connection";
        case ErrorKind::locked:
            return "locked";
        case ErrorKind::edited_history:
            return "edited_history";
        case ErrorKind::script:
            return "script";
        case ErrorKind::refused:
            return "refused";
        case ErrorKind::interrupted:
            return "interrupted";
        case ErrorKind::gate:
            return "gate";
        case ErrorKind::outcome_unknown:
            return "outcome_unknown";
        case ErrorKind::internal:
            return "internal";
    }
    return "internal";
}

}  // namespace kedge
