#pragma once

#include "date_caster.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <plimsoll/base/fields.hpp>
#include <plimsoll/base/result.hpp>

/// What the field list of a struct gives in Python: one source, so no accessor can be bound to its neighbour.
namespace plimsoll::bindings {

namespace nb = nanobind;

/// Raises the Python exception that stands for the refusal.
[[noreturn]] void raise(const Error& error);

/// The value, or the Python exception that stands for the refusal.
template <class T>
T unwrap(Result<T> result) {
  if (!result) raise(result.error());
  return *std::move(result);
}

/// Plain Python data (dict, list, str, int, float, None) of anything that a field may hold.
template <class T>
nb::object plain(const T& value);

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;

template <Described T>
nb::dict record_of(const T& value) {
  nb::dict out;
  for_each_field(value, [&](std::string_view name, const auto& member) { out[nb::cast(name)] = plain(member); });
  return out;
}

template <class T>
nb::object plain(const T& value) {
  if constexpr (Described<T>) {
    return record_of(value);
  } else if constexpr (is_vector<T>) {
    nb::list out;
    for (const auto& item : value) out.append(plain(item));
    return out;
  } else if constexpr (is_optional<T>) {
    return value ? plain(*value) : nb::none();
  } else if constexpr (is_variant<T>) {
    return std::visit(
        []<class A>(const A& item) -> nb::object {
          nb::dict out = record_of(item);
          out["kind"] = nb::cast(Fields<A>::name);
          return out;
        },
        value);
  } else if constexpr (std::is_same_v<T, Date>) {
    return nb::cast(value.iso());
  } else if constexpr (std::is_enum_v<T>) {
    return nb::cast(value).attr("name");
  } else {
    return nb::cast(value);
  }
}

/// Name(field=value, ...), as Python would write a dataclass.
template <Described T>
std::string repr_of(const T& value) {
  std::string text(Fields<T>::name);
  const char* before = "(";
  for_each_field(value, [&](std::string_view name, const auto& member) {
    text += before;
    text += name;
    text += '=';
    text += nb::repr(nb::cast(member)).c_str();
    before = ", ";
  });
  return text + (*before == '(' ? "()" : ")");
}

template <Described T>
nb::tuple state_of(const T& value) {
  return std::apply([&](const auto&... f) { return nb::make_tuple(value.*(f.member)...); }, Fields<T>::list);
}

inline constexpr char equality_signature[] = "def __eq__(self, arg: object, /) -> bool";

/// Adds repr, equality, hash, read-only fields, plain data, digest and the reading half of pickling to a class.
template <Described T>
void add_field_list(nb::class_<T>& type) {
  std::apply(
      [&]<class... M>(const Field<T, M>&... f) {
        (type.def_prop_ro(f.name.data(), [member = f.member](const T& self) { return self.*member; }), ...);
      },
      Fields<T>::list);
  type.def("__repr__", &repr_of<T>)
      .def(
          "__eq__", [](const T& a, const T& b) { return a == b; }, nb::is_operator())
      .def("__hash__", [](const T& self) { return nb::hash(nb::cast(digest_of(self))); })
      .def("__getstate__", &state_of<T>, nb::sig("def __getstate__(self) -> tuple[object, ...]"))
      .def("to_dict", &record_of<T>, nb::sig("def to_dict(self) -> dict[str, object]"), "The fields as plain data.")
      .def_prop_ro("digest", [](const T& self) { return "sha256:" + digest_of(self); }, "SHA-256 of every field.");
}

/// Reads the state of a struct without fields. A function of its own, so that it is made for such structs only.
template <class T>
void set_empty(T& self, const nb::tuple& /*state*/) {
  new (&self) T{};
}

/// Adds a constructor that takes every field by keyword, and the writing half of pickling.
template <Described T>
void add_constructor(nb::class_<T>& type) {
  std::apply(
      [&]<class... M>(const Field<T, M>&... f) {
        if constexpr (sizeof...(M) == 0) {
          type.def(nb::init<>());
          type.def("__setstate__", &set_empty<T>);
        } else {
          type.def(
              "__init__", [](T* self, M... members) { new (self) T{std::move(members)...}; }, nb::kw_only(),
              nb::arg(f.name.data())...);
          type.def("__setstate__", [](T& self, const std::tuple<M...>& state) {
            std::apply([&](const M&... members) { new (&self) T{members...}; }, state);
          });
        }
      },
      Fields<T>::list);
}

/// The class of a struct whose fields may all be given freely.
template <Described T>
nb::class_<T> bind_described(nb::module_& module) {
  nb::class_<T> type(module, Fields<T>::name.data());
  add_field_list(type);
  add_constructor(type);
  return type;
}

}  // namespace plimsoll::bindings
