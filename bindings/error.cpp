#include "bindings.hpp"
#include "field_list.hpp"

#include <string>

#include <plimsoll/base/day_count.hpp>
#include <plimsoll/base/version.hpp>

namespace plimsoll {

template <>
struct Fields<Error> {
  static constexpr std::string_view name = "Error";
  static constexpr auto list =
      std::make_tuple(field("code", &Error::code), field("field", &Error::field), field("value", &Error::value),
                      field("allowed", &Error::allowed), field("fix", &Error::fix));
};

}  // namespace plimsoll

namespace plimsoll::bindings {

void raise(const Error& error) {
  const nb::object refusal = nb::module_::import_("plimsoll.engine.refusals")
                                 .attr("refusal")(name(error.code), error.field, error.value, error.allowed, error.fix);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(refusal.ptr())), refusal.ptr());
  throw nb::python_error();
}

void bind_base(nb::module_& module) {
  module.attr("version") = std::string{version};
  nb::enum_<ErrorCode> codes(module, "ErrorCode");
  for (const ErrorCode code :
       {ErrorCode::invalid_value, ErrorCode::missing_field, ErrorCode::missing_quote, ErrorCode::expired_product,
        ErrorCode::unsupported, ErrorCode::not_converged, ErrorCode::not_in_force, ErrorCode::integrity})
    codes.value(std::string(name(code)).c_str(), code);
  bind_described<Error>(module);
  module.def("year_fraction_act365f", &year_fraction_act365f, nb::arg("start"), nb::arg("end"),
             "Years between two dates, calendar days over 365.");
}

}  // namespace plimsoll::bindings
