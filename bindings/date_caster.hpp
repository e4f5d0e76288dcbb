#pragma once

#include <nanobind/nanobind.h>

#include <plimsoll/base/date.hpp>

namespace nanobind::detail {

/// A plimsoll::Date is a datetime.date in Python and nothing else.
template <>
struct type_caster<plimsoll::Date> {
  NB_TYPE_CASTER(plimsoll::Date, const_name("datetime.date"))

  static constexpr int ordinal_of_1970_01_01 = 719163;

  bool from_python(handle source, uint8_t /*flags*/, cleanup_list* /*cleanup*/) noexcept {
    PyObject* const ordinal = PyObject_CallMethod(source.ptr(), "toordinal", nullptr);
    if (ordinal == nullptr) {
      PyErr_Clear();
      return false;
    }
    value.days = static_cast<std::int32_t>(PyLong_AsLong(ordinal)) - ordinal_of_1970_01_01;
    Py_DECREF(ordinal);
    return true;
  }

  static handle from_cpp(plimsoll::Date date, rv_policy /*policy*/, cleanup_list* /*cleanup*/) {
    return module_::import_("datetime").attr("date").attr("fromordinal")(date.days + ordinal_of_1970_01_01).release();
  }
};

}  // namespace nanobind::detail
