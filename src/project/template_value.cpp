// SPDX-License-Identifier: MIT
#include "project/template_value.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "support/text.hpp"

namespace kedge::project {
namespace {

using List = std::vector<std::string>;

std::string change_first(std::string text, bool to_upper) {
    const std::string first = text.substr(0, 1);
    return text.replace(0, first.size(), to_upper ? to_upper_ascii(first) : to_lower_ascii(first));
}

List sorted(List list) {
    std::stable_sort(list.begin(), list.end(), [](const std::string& a, const std::string& b) {
        return to_lower_ascii(a) < to_lower_ascii(b);
    });
    return list;
}

List without_duplicates(const List& list) {
    List out;
    std::set<std::string_view> seen;
    for (const std::string& item : list) {
        if (seen.insert(item).second) out.push_back(item);
    }
    return out;
}

MethodResult element(const List& list, const std::string& number) {
    std::size_t index = 0;
    const char* const end = number.data() + number.size();
    const auto [stop, error] = std::from_chars(number.data(), end, index);
    if (error != std::errc() || stop != end || index >= list.size()) return {true, std::nullopt};
    return {true, list[index]};
}

MethodResult call_on_list(const List& list, const std::string& name, const List& arguments) {
    const auto end_item = [&](std::size_t index) {
        return list.empty() ? MethodResult{true, std::nullopt} : MethodResult{true, list[index]};
    };
    if (name == "size") return {true, std::to_string(list.size())};
    if (name == "max") return {true, std::to_string(static_cast<long long>(list.size()) - 1)};
    if (name == "first") return end_item(0);
    if (name == "last") return end_item(list.size() - 1);
    if (name == "join") return {true, join(list, arguments.empty() ? " " : arguments[0])};
    if (name == "reverse") return {true, List(list.rbegin(), list.rend())};
    if (name == "sort") return {true, sorted(list)};
    if (name == "unique") return {true, without_duplicates(list)};
    return {false, std::nullopt};
}

}  // namespace

bool is_true(const OptionalValue& value) {
    if (!value) return false;
    const auto* const text = std::get_if<std::string>(&*value);
    return text == nullptr || (!text->empty() && *text != "0");
}

std::optional<std::string> as_text(const OptionalValue& value) {
    if (!value) return std::string();
    if (const auto* const text = std::get_if<std::string>(&*value)) return *text;
    return std::nullopt;
}

std::vector<std::string> as_items(const OptionalValue& value) {
    if (!is_true(value)) return {};
    if (const auto* const list = std::get_if<List>(&*value)) return *list;
    return {std::get<std::string>(*value)};
}

MethodResult call_method(const TemplateValue& receiver, const std::string& name,
                         const std::vector<std::string>& arguments) {
    const bool is_number = name.find_first_not_of("-0123456789") == std::string::npos;
    if (name == "defined") return {true, "1"};
    if (const auto* const list = std::get_if<List>(&receiver)) {
        return is_number ? element(*list, name) : call_on_list(*list, name, arguments);
    }
    const auto& text = std::get<std::string>(receiver);
    if (is_number) return {true, std::nullopt};
    if (name == "length") return {true, std::to_string(count_characters(text))};
    if (std::optional<std::string> filtered = apply_filter(name, text);
        filtered && name != "html") {
        return {true, std::move(*filtered)};
    }
    return call_on_list({text}, name, arguments);
}

std::optional<std::string> apply_filter(std::string_view name, std::string text) {
    if (name == "upper") return to_upper_ascii(text);
    if (name == "lower") return to_lower_ascii(text);
    if (name == "ucfirst") return change_first(std::move(text), true);
    if (name == "lcfirst") return change_first(std::move(text), false);
    if (name == "trim") return std::string(trim(text));
    if (name == "html") return escape_markup(text);
    return std::nullopt;
}

}  // namespace kedge::project
