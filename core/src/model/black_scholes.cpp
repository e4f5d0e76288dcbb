#include "plimsoll/model/black_scholes.hpp"

#include <cmath>

namespace plimsoll {

namespace {

std::optional<Error> refuse(const char* field, double value, const char* allowed) {
  return Error{ErrorCode::invalid_value, field, text_of(value), allowed, "correct the model's parameter"};
}

bool is_amount(double value) { return value >= 0.0 && std::isfinite(value); }

}  // namespace

std::optional<Error> find_flaw(const BlackScholes<double>& model) {
  if (!is_amount(model.spot)) return refuse("spot", model.spot, "a finite number, zero or above");
  if (!std::isfinite(model.rate)) return refuse("rate", model.rate, "a finite number");
  if (!std::isfinite(model.dividend_yield)) return refuse("dividend_yield", model.dividend_yield, "a finite number");
  if (!is_amount(model.volatility)) return refuse("volatility", model.volatility, "a finite number, zero or above");
  return std::nullopt;
}

}  // namespace plimsoll
