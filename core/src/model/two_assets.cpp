#include "plimsoll/model/two_assets.hpp"

#include "plimsoll/model/bachelier.hpp"
#include "plimsoll/model/quanto.hpp"

#include <cmath>
#include <string>

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_number(std::string_view field, double value, bool may_be_negative) {
  if (std::isfinite(value) && (may_be_negative || value >= 0.0)) return std::nullopt;
  return Error{ErrorCode::invalid_value, std::string(field), text_of(value),
               may_be_negative ? "a finite number" : "a finite number >= 0",
               may_be_negative ? "give a decimal, for instance 0.03" : "give a number that is not negative"};
}

std::optional<Error> flaw_of_correlation(double value) {
  if (std::abs(value) <= 1.0) return std::nullopt;
  return Error{ErrorCode::invalid_value, "correlation", text_of(value), "a number from -1 to 1",
               "give the correlation of the two returns"};
}

}  // namespace

std::optional<Error> find_flaw(const TwoAssets<double>& model) {
  if (auto flaw = flaw_of_number("spot1", model.spot1, false)) return flaw;
  if (auto flaw = flaw_of_number("spot2", model.spot2, false)) return flaw;
  if (auto flaw = flaw_of_number("dividend_yield1", model.dividend_yield1, true)) return flaw;
  if (auto flaw = flaw_of_number("dividend_yield2", model.dividend_yield2, true)) return flaw;
  if (auto flaw = flaw_of_number("volatility1", model.volatility1, false)) return flaw;
  if (auto flaw = flaw_of_number("volatility2", model.volatility2, false)) return flaw;
  if (auto flaw = flaw_of_correlation(model.correlation)) return flaw;
  return flaw_of_number("rate", model.rate, true);
}

std::optional<Error> find_flaw(const Quanto& quanto) {
  if (auto flaw = flaw_of_number("foreign_rate", quanto.foreign_rate, true)) return flaw;
  if (auto flaw = flaw_of_number("exchange_volatility", quanto.exchange_volatility, false)) return flaw;
  return flaw_of_correlation(quanto.correlation);
}

std::optional<Error> find_flaw(const Bachelier<double>& model) {
  if (auto flaw = flaw_of_number("forward", model.forward, true)) return flaw;
  if (auto flaw = flaw_of_number("rate", model.rate, true)) return flaw;
  return flaw_of_number("volatility", model.volatility, false);
}

}  // namespace plimsoll
