#include "plimsoll/valuation/bounds.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

PriceBounds no_arbitrage_bounds(const VanillaCase& option) noexcept {
  const BlackScholes<double>& model = option.model;
  double asset = prepaid_forward(model, option.years);
  const double asset_at_most = asset;
  for (const TimedDividend& dividend : option.dividends)
    if (dividend.years > 0.0 && dividend.years <= option.years)
      asset -= dividend.amount *
               std::exp(-model.rate * dividend.years - model.dividend_yield * (option.years - dividend.years));
  const double cash = option.strike * discount_factor(model, option.years);
  const bool is_call = option.type == OptionType::call;
  PriceBounds bounds{std::max(is_call ? asset - cash : cash - asset_at_most, 0.0), is_call ? asset_at_most : cash};
  if (option.exercise == Exercise::european) return bounds;
  bounds.low = std::max(bounds.low, sign(option.type) * (model.spot - option.strike));
  bounds.high = std::max(bounds.high, is_call ? model.spot : option.strike);
  return bounds;
}

}  // namespace plimsoll
