#pragma once

#include <nanobind/nanobind.h>

#include <plimsoll/base/money.hpp>

namespace nanobind::detail {

/// A plimsoll::Money is a whole number of cents in Python: exact, and never mistaken for a price.
template <>
struct type_caster<plimsoll::Money> {
  NB_TYPE_CASTER(plimsoll::Money, const_name("int"))

  bool from_python(handle source, uint8_t flags, cleanup_list* cleanup) noexcept {
    make_caster<std::int64_t> cents;
    if (!PyLong_Check(source.ptr()) || !cents.from_python(source, flags, cleanup)) return false;
    value = plimsoll::Money::from_cents(cents.value);
    return true;
  }

  static handle from_cpp(plimsoll::Money money, rv_policy /*policy*/, cleanup_list* /*cleanup*/) {
    return PyLong_FromLongLong(money.cents());
  }
};

}  // namespace nanobind::detail
