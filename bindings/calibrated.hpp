#pragma once

#include "arrays.hpp"
#include "field_list.hpp"

#include <string>

#include <plimsoll/method/fourier/calibration.hpp>

namespace plimsoll::bindings {

/// A fit and its report; `by_quote` has a row for each parameter.
template <class Model>
void bind_calibration(nb::module_& module) {
  using Fit = ChainFit<Model>;
  nb::class_<Fit>(module, (std::string(Fields<Model>::name) + "Fit").c_str())
      .def_ro("model", &Fit::model)
      .def_prop_ro("converged", [](const Fit& fit) { return fit.quotes.fit.converged(); })
      .def_prop_ro("end", [](const Fit& fit) { return std::string(name(fit.quotes.fit.end)); })
      .def_prop_ro("iterations", [](const Fit& fit) { return fit.quotes.fit.iterations; })
      .def_prop_ro("newton_step", [](const Fit& fit) { return fit.quotes.newton_step; })
      .def_prop_ro("parameters", [](const Fit& fit) { return fit.quotes.fit.parameters; })
      .def_prop_ro("at_bound", [](const Fit& fit) { return fit.quotes.fit.at_bound; })
      .def_prop_ro("residuals", [](const Fit& fit) { return fit.quotes.fit.residuals; })
      .def_prop_ro("residual_variance", [](const Fit& fit) { return fit.quotes.fit.residual_variance; })
      .def_prop_ro("residual_deviation", [](const Fit& fit) { return fit.quotes.residual_deviation(); })
      .def_prop_ro("standard_errors", [](const Fit& fit) { return fit.quotes.standard_errors; })
      .def(
          "value_by_quote",
          [](const Fit& fit, const std::vector<double>& by_parameter) {
            const std::size_t count = fit.quotes.fit.parameters.size();
            if (by_parameter.size() != count)
              raise(Error{ErrorCode::invalid_value, "by_parameter", std::to_string(by_parameter.size()) + " numbers",
                          std::to_string(count) + ", one for each parameter", "give the derivative by each parameter"});
            return fit.quotes.value_by_quote(by_parameter);
          },
          nb::arg("by_parameter"),
          "Derivatives by each quote of a value whose derivatives by the fitted parameters are these.")
      .def_prop_ro(
          "by_quote",
          [](const Fit& fit) {
            const plimsoll::Matrix& slopes = fit.quotes.by_quote;
            std::vector<double> rows;
            for (std::size_t i = 0; i < slopes.rows(); ++i)
              rows.insert(rows.end(), slopes.row(i).begin(), slopes.row(i).end());
            return array_of(std::move(rows), {slopes.rows(), slopes.columns()});
          },
          nb::rv_policy::move);
  module.def(
      "calibrate",
      [](const std::vector<QuotedExpiry>& chain, const Model& start, const Model& lower, const Model& upper) {
        return unwrap(released([&] { return calibrate(std::span<const QuotedExpiry>(chain), start, lower, upper); }));
      },
      nb::arg("chain"), nb::arg("start"), nb::arg("lower"), nb::arg("upper"),
      "Fits the parameters that are not carry to a chain, with their sensitivities to its quotes.");
}

}  // namespace plimsoll::bindings
