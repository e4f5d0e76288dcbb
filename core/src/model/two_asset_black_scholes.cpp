#include "plimsoll/model/two_asset_black_scholes.hpp"

#include "plimsoll/model/black_scholes.hpp"

#include <cmath>

namespace plimsoll {

std::optional<Error> find_flaw(const TwoAssetBlackScholes<double>& model) {
  const BlackScholes<double> one{model.spot_one, model.rate, model.yield_one, model.volatility_one};
  const BlackScholes<double> two{model.spot_two, model.rate, model.yield_two, model.volatility_two};
  const auto named = [](std::optional<Error> flaw, const char* number) {
    if (flaw && flaw->field == "dividend_yield") flaw->field = "yield";
    if (flaw && flaw->field != "rate") flaw->field += number;
    return flaw;
  };
  if (auto flaw = named(find_flaw(one), "_one")) return flaw;
  if (auto flaw = named(find_flaw(two), "_two")) return flaw;
  if (std::abs(model.correlation) <= 1.0) return std::nullopt;
  return Error{ErrorCode::invalid_value, "correlation", text_of(model.correlation), "a number from -1 to 1",
               "give the correlation of the logarithms as a decimal"};
}

}  // namespace plimsoll
