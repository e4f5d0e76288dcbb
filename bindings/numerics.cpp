#include "bindings.hpp"
#include "field_list.hpp"

#include <memory>
#include <string>
#include <utility>

#include <nanobind/ndarray.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/vector.h>

#include <plimsoll/method/closed_form/black_scholes.hpp>
#include <plimsoll/method/closed_form/geometric_asian.hpp>
#include <plimsoll/method/closed_form/turnbull_wakeman.hpp>
#include <plimsoll/method/monte_carlo/asian.hpp>
#include <plimsoll/method/monte_carlo/european.hpp>
#include <plimsoll/numerics/low_discrepancy.hpp>
#include <plimsoll/numerics/normal.hpp>
#include <plimsoll/numerics/philox.hpp>
#include <plimsoll/numerics/sobol.hpp>

namespace plimsoll::bindings {

namespace {

using Numbers = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Points = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using NewNumbers = nb::ndarray<nb::numpy, double, nb::c_contig>;
using Model = BlackScholes<double>;

/// Fills a new array without the interpreter's lock and hands it to Python.
template <class Fill>
NewNumbers new_array(std::initializer_list<std::size_t> shape, const Fill& fill) {
  std::size_t size = 1;
  for (const std::size_t extent : shape) size *= extent;
  auto numbers = std::make_unique<std::vector<double>>(size);
  {
    const nb::gil_scoped_release released;
    fill(std::span<double>(*numbers));
  }
  double* const data = numbers->data();
  const nb::capsule owner(numbers.release(), [](void* pointer) noexcept {
    const std::unique_ptr<std::vector<double>> freed(static_cast<std::vector<double>*>(pointer));
  });
  return NewNumbers(data, shape, owner);
}

template <class Function>
NewNumbers mapped(const Numbers& in, const Function& function) {
  return new_array({in.shape(0)}, [&](std::span<double> out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = function(in.data()[i]);
  });
}

/// Raises the first flaw of anything that a kernel takes as checked.
template <class... T>
void refuse_flaws(const T&... inputs) {
  const auto refuse = [](const std::optional<Error>& flaw) {
    if (flaw) raise(*flaw);
  };
  (refuse(find_flaw(inputs)), ...);
}

NewNumbers sobol_points(std::size_t count, std::size_t dimensions, std::uint64_t first) {
  const Sobol sobol = unwrap(Sobol::with_dimensions(dimensions));
  refuse_flaws(Sobol::Range{first, count});
  return new_array({count, dimensions}, [&](std::span<double> out) { sobol.fill(first, out); });
}

/// A seed comes as its polynomial and its first numbers.
NewNumbers sobol_points_by(std::size_t count,
                           const std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>>& seeds,
                           std::uint64_t first) {
  std::vector<SobolSeed> given;
  for (const auto& [polynomial, first_numbers] : seeds) given.push_back({polynomial, first_numbers});
  const Sobol sobol = unwrap(Sobol::with_seeds(given));
  refuse_flaws(Sobol::Range{first, count});
  return new_array({count, sobol.dimensions()}, [&](std::span<double> out) { sobol.fill(first, out); });
}

NewNumbers scrambled_sobol_points(std::size_t count, std::size_t dimensions, std::uint64_t seed, std::uint64_t first) {
  const Sobol sobol = unwrap(Sobol::scrambled(dimensions, seed));
  refuse_flaws(Sobol::Range{first, count});
  return new_array({count, dimensions}, [&](std::span<double> out) { sobol.fill(first, out); });
}

/// Runs without the interpreter's lock, which raising an error needs again.
template <class F>
auto without_lock(const F& f) {
  const nb::gil_scoped_release released;
  return f();
}

double discrepancy_of(const Points& points) {
  const std::span<const double> numbers(points.data(), points.size());
  return unwrap(without_lock([&] { return l2_star_discrepancy(numbers, points.shape(1)); }));
}

std::pair<double, double> discrepancy_by_boxes(const Points& points, std::size_t boxes, std::uint64_t seed) {
  const std::span<const double> numbers(points.data(), points.size());
  const BoxEstimate estimate =
      unwrap(without_lock([&] { return l2_star_discrepancy_by_boxes(numbers, points.shape(1), boxes, seed); }));
  return {estimate.value, estimate.standard_error};
}

NewNumbers philox_normals(std::size_t count, std::uint64_t seed, std::uint64_t stream) {
  return new_array({count}, [&](std::span<double> out) { RandomStream(seed, stream).fill_normal(out); });
}

PricedGreeks closed_form_european(const European& option, const Model& model) {
  refuse_flaws(option, model);
  return black_scholes_greeks(option.type, option.strike, option.expiry, model);
}

PricedGreeks closed_form_geometric_asian(const ArithmeticAsian& option, const Model& model) {
  refuse_flaws(option, model);
  return unwrap(geometric_asian(option, model));
}

double turnbull_wakeman(const ArithmeticAsian& option, const Model& model) {
  refuse_flaws(option, model);
  return turnbull_wakeman_price(option, model);
}

template <class Option, MonteCarloResult (*kernel)(const Option&, const Model&, const MonteCarlo&)>
MonteCarloResult simulated(const Option& option, const Model& model, const MonteCarlo& method) {
  refuse_flaws(option, model, Method{method});
  const nb::gil_scoped_release released;
  return kernel(option, model, method);
}

void bind_functions(nb::module_& m) {
  m.def("sobol_points", &sobol_points, nb::arg("count"), nb::arg("dimensions"), nb::arg("first") = 1,
        "Sobol points of Joe and Kuo in Gray-code order, one row a point; point 0 is the origin.");
  m.def("sobol_points_by", &sobol_points_by, nb::arg("count"), nb::arg("seeds"), nb::arg("first") = 1,
        "Points of Sobol's sequence by other numbers: polynomial and first numbers from the second dimension on.");
  m.def(
      "sobol_polynomials", [](std::size_t dimensions) { return unwrap(Sobol::polynomials(dimensions)); },
      nb::arg("dimensions"), "The primitive polynomials of the dimensions from the second on.");
  m.def("scrambled_sobol_points", &scrambled_sobol_points, nb::arg("count"), nb::arg("dimensions"), nb::arg("seed"),
        nb::arg("first") = 0, "The same points after Owen's nested uniform scrambling; point 0 belongs to them.");
  m.def("radical_inverse", &radical_inverse, nb::arg("number"), nb::arg("base"),
        "A coordinate of van der Corput's sequence, and of Halton's for a prime base.");
  m.def("faure_coordinate", &faure_coordinate, nb::arg("number"), nb::arg("dimension"), nb::arg("base"),
        "A coordinate of Faure's sequence in a prime base, in the order of Gray's code.");
  m.def("l2_star_discrepancy", &discrepancy_of, nb::arg("points"),
        "Warnock's root mean squared distance of rows of coordinates from the uniform law.");
  m.def("l2_star_discrepancy_by_boxes", &discrepancy_by_boxes, nb::arg("points"), nb::arg("boxes"), nb::arg("seed"),
        "The same from random boxes, and its standard error.");
  m.def("philox_normals", &philox_normals, nb::arg("count"), nb::arg("seed"), nb::arg("stream"),
        "Standard normal draws of one Philox4x32-10 stream.");
  m.def(
      "normal_quantile", [](const Numbers& p) { return mapped(p, [](double v) { return normal_quantile(v); }); },
      nb::arg("probabilities"), "The standard normal quantile of each probability; infinite at 0 and 1, NaN outside.");
  m.def(
      "normal_cdf", [](const Numbers& x) { return mapped(x, [](double v) { return normal_cdf(v); }); },
      nb::arg("values"), "The standard normal distribution function of each value.");
}

void bind_methods(nb::module_& m) {
  m.def("black_scholes", &closed_form_european, nb::arg("option"), nb::arg("model"),
        "Price and sensitivities of a European option in closed form.");
  m.def(
      "geometric_asian_today",
      [](const ArithmeticAsian& option, const Model& model) { return unwrap(geometric_asian_today(option, model)); },
      nb::arg("option"), nb::arg("model"), "Price on a geometric mean whose first fixing may be today's spot.");
  m.def("geometric_asian", &closed_form_geometric_asian, nb::arg("option"), nb::arg("model"),
        "Price and sensitivities of the same option on the geometric mean, in closed form; no fixing made yet.");
  m.def("turnbull_wakeman", &turnbull_wakeman, nb::arg("option"), nb::arg("model"),
        "Two-moment approximation of an arithmetic Asian option's price.");
  m.def("monte_carlo_european", &simulated<European, monte_carlo_european>, nb::arg("option"), nb::arg("model"),
        nb::arg("method"), "Simulated price and sensitivities of a European option with standard errors.");
  m.def("monte_carlo_asian", &simulated<ArithmeticAsian, monte_carlo_asian>, nb::arg("option"), nb::arg("model"),
        nb::arg("method"), "Simulated price and sensitivities of an arithmetic Asian option with standard errors.");
}

}  // namespace

void bind_numerics(nb::module_& module) {
  bind_described<Model>(module);
  bind_described<PricedGreeks>(module);
  bind_described<MonteCarloResult>(module);
  nb::module_ numerics =
      module.def_submodule("numerics", "Random and low-discrepancy numbers, closed forms, simulation.");
  bind_functions(numerics);
  bind_methods(numerics);
}

}  // namespace plimsoll::bindings
