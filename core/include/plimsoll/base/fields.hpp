#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/digest.hpp"
#include "plimsoll/base/money.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

namespace plimsoll {

/// A named pointer to a data member.
template <class Owner, class Member>
struct Field {
  std::string_view name;
  Member Owner::* member;
};

template <class Owner, class Member>
constexpr Field<Owner, Member> field(std::string_view name, Member Owner::* member) {
  return {name, member};
}

/// The one field list of a struct: repr, equality, pickle, JSON and digest are all made from it.
/// A specialisation holds `static constexpr std::string_view name` and `static constexpr auto list =
/// std::make_tuple(field(...), ...)`.
template <class T>
struct Fields;

template <class T>
concept Described = requires {
  Fields<T>::name;
  Fields<T>::list;
};

/// Calls `visit(name, member)` for each field in the order of the list.
template <Described T, class Visit>
constexpr void for_each_field(T& object, Visit&& visit) {
  std::apply([&](const auto&... f) { (visit(f.name, object.*(f.member)), ...); }, Fields<std::remove_const_t<T>>::list);
}

template <Described T, class Visit>
constexpr void for_each_field(const T& object, Visit&& visit) {
  std::apply([&](const auto&... f) { (visit(f.name, object.*(f.member)), ...); }, Fields<T>::list);
}

template <class T>
void add_to_digest(Digester& digester, const T& value);

namespace digest_parts {

inline void add(Digester& d, const std::string& v) { d.add(v); }
inline void add(Digester& d, Date v) { d.add(v.days); }
inline void add(Digester& d, Money v) { d.add(v.cents()); }
template <class T>
  requires std::is_arithmetic_v<T>
void add(Digester& d, T v) {
  if constexpr (std::same_as<T, bool>)
    d.add(v);
  else if constexpr (std::floating_point<T>)
    d.add(static_cast<double>(v));
  else if constexpr (std::signed_integral<T>)
    d.add(static_cast<std::int64_t>(v));
  else
    d.add(static_cast<std::uint64_t>(v));
}
template <class T>
  requires std::is_enum_v<T>
void add(Digester& d, T v) {
  d.add(static_cast<std::int64_t>(v));
}
template <class T>
void add(Digester& d, const std::vector<T>& v) {
  d.add(static_cast<std::uint64_t>(v.size()));
  for (const auto& item : v) add_to_digest(d, item);
}
template <class T>
void add(Digester& d, const std::optional<T>& v) {
  d.add(v.has_value());
  if (v) add_to_digest(d, *v);
}
template <class... T>
void add(Digester& d, const std::variant<T...>& v) {
  d.add(static_cast<std::uint64_t>(v.index()));
  std::visit([&](const auto& item) { add_to_digest(d, item); }, v);
}
template <Described T>
void add(Digester& d, const T& v) {
  d.add(Fields<T>::name);
  for_each_field(v, [&](std::string_view field_name, const auto& member) {
    d.add(field_name);
    add_to_digest(d, member);
  });
}

}  // namespace digest_parts

/// Adds a value, a container of values or a described struct to the digest.
template <class T>
void add_to_digest(Digester& digester, const T& value) {
  digest_parts::add(digester, value);
}

/// SHA-256 of a described struct by its field list, as 64 hexadecimal digits.
template <class T>
std::string digest_of(const T& value) {
  Digester digester;
  add_to_digest(digester, value);
  return digester.hex();
}

}  // namespace plimsoll
