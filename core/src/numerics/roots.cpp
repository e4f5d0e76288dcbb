#include "plimsoll/numerics/roots.hpp"

#include <string>

namespace plimsoll::roots {

namespace {

std::string interval(double low, double high) {
  std::string text{'['};
  return text.append(text_of(low)).append(", ").append(text_of(high)).append("]");
}

}  // namespace

Error bad_bracket(double low, double high) {
  return {ErrorCode::invalid_value, "bracket", interval(low, high), "two finite numbers, ascending",
          "give ends that enclose the root"};
}

Error no_sign_change(double low, double f_low, double high, double f_high) {
  return {ErrorCode::invalid_value, "bracket", interval(low, high) + " with values " + interval(f_low, f_high),
          "ends where the function has opposite signs", "widen the bracket until it encloses a root"};
}

Error not_finite(double x, double value) {
  return {ErrorCode::not_converged, "function", text_of(value) + " at " + text_of(x), "a finite number",
          "keep the bracket inside the function's domain"};
}

Error out_of_iterations(double low, double high, int iterations) {
  return {ErrorCode::not_converged, "max_iterations", std::to_string(iterations) + " leave " + interval(low, high),
          "enough steps to reach the tolerance", "allow more iterations or a wider tolerance"};
}

}  // namespace plimsoll::roots
