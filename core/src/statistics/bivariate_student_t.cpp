#include "plimsoll/statistics/bivariate_student_t.hpp"

#include "plimsoll/numerics/quadrature.hpp"
#include "plimsoll/statistics/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace plimsoll {

namespace {

std::optional<Error> flaw_of(double x, double y, const BivariateStudentT& law) {
  if (!(std::abs(law.correlation) <= 1.0))
    return Error{ErrorCode::invalid_value, "correlation", text_of(law.correlation), "-1 to 1", "give a correlation"};
  if (!(law.degrees_of_freedom > 0.0) || std::isinf(law.degrees_of_freedom))
    return Error{ErrorCode::invalid_value, "degrees_of_freedom", text_of(law.degrees_of_freedom), "above zero, finite",
                 "take the bivariate normal distribution for the limit"};
  if (!std::isnan(x) && !std::isnan(y)) return std::nullopt;
  return Error{ErrorCode::invalid_value, "x and y", text_of(x) + ", " + text_of(y), "two numbers", "give both limits"};
}

}  // namespace

Result<double> bivariate_student_t_probability(double x, double y, const BivariateStudentT& law) {
  if (auto flaw = flaw_of(x, y, law)) return *flaw;
  const double nu = law.degrees_of_freedom;
  if (std::isinf(x) || std::isinf(y)) {
    const double smaller = std::min(x, y);
    return std::isinf(smaller) ? (smaller > 0.0 ? 1.0 : 0.0) : student_t_probability(smaller, nu);
  }
  if (law.correlation < 0.0) {
    const auto mirrored = bivariate_student_t_probability(x, -y, {-law.correlation, nu});
    return mirrored ? Result<double>(std::max(student_t_probability(x, nu) - *mirrored, 0.0)) : mirrored;
  }
  // The angle runs from zero, where the correlation is one, to that whose cosine is the correlation asked for.
  const auto slope = [&](double angle) {
    const double half_sine = std::sin(0.5 * angle);
    const double sine = std::sin(angle);
    const double distance = (x - y) * (x - y) + 4.0 * x * y * half_sine * half_sine;
    return std::exp(-0.5 * nu * std::log1p(distance / (nu * sine * sine)));
  };
  const Integral lost = gauss_kronrod(slope, 0.0, std::acos(law.correlation), {1e-13, 0.0, 400});
  if (auto flaw = find_flaw(lost)) return *flaw;
  const double together = student_t_probability(std::min(x, y), nu);
  return std::clamp(together - lost.value / (2.0 * std::numbers::pi), 0.0, 1.0);
}

}  // namespace plimsoll
