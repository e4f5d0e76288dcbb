#include "plimsoll/method/closed_form/two_assets.hpp"

#include "certain_path.hpp"

#include <cmath>

namespace plimsoll {

namespace {

/// The option on the first asset alone, or nothing.
template <Real R>
R without_barrier(const TwoAssetBarrier& option, const TwoAssets<R>& model, const R& years, bool begun) {
  if (!begun) return R{0.0};
  return black_price<R>(Passive<R>{sign(option.type)}, R(model.spot1 * exp(-model.dividend_yield1 * years)),
                        R(option.strike * exp(-model.rate * years)),
                        deviation_of<R>(R(model.volatility1 * model.volatility1 * years)));
}

template <class Option, class Price>
Result<PricedTwoAssets> checked(const Option& option, const TwoAssets<double>& model, const Price& price) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  return within_doubles(two_asset_greeks(model, option.expiry, price));
}

}  // namespace

Result<PricedTwoAssets> within_doubles(const PricedTwoAssets& priced) {
  const TwoAssetGreeks& g = priced.greeks;
  if (std::isfinite(priced.price + g.delta1 + g.delta2 + g.gamma1 + g.gamma2 + g.cross_gamma + g.vega1 + g.vega2 +
                    g.correlation + g.theta + g.rho))
    return priced;
  return Error{ErrorCode::invalid_value, "model", "price " + text_of(priced.price),
               "terms and parameters whose results stay within the range of a double",
               "look at the largest of spots, strike, time, rate, yields and volatilities"};
}

Result<PricedTwoAssets> closed_form(const ExchangeOption& option, const TwoAssets<double>& model) {
  return checked(option, model,
                 [&]<class R>(const TwoAssets<R>& m, const R& years) { return exchange_price<R>(option, m, years); });
}

Result<PricedTwoAssets> closed_form(const ExtremeOption& option, const TwoAssets<double>& model) {
  return checked(option, model,
                 [&]<class R>(const TwoAssets<R>& m, const R& years) { return extreme_price<R>(option, m, years); });
}

Result<PricedTwoAssets> closed_form(const CorrelationOption& option, const TwoAssets<double>& model) {
  return checked(option, model, [&]<class R>(const TwoAssets<R>& m, const R& years) {
    return correlation_price<R>(option, m, years);
  });
}

Result<PricedTwoAssets> closed_form(const TwoAssetBarrier& option, const TwoAssets<double>& model) {
  const BlackScholes<double> watched = second_asset(model);
  const bool touched = touches(watched.spot, option.direction, option.barrier);
  const bool certain = !(watched.spot > 0.0 && watched.volatility > 0.0 && option.expiry > 0.0);
  const bool hit = touched || (certain && reaches(watched, option.expiry, option.direction, option.barrier));
  return checked(option, model, [&]<class R>(const TwoAssets<R>& m, const R& years) {
    if (touched || certain) return without_barrier<R>(option, m, years, hit == (option.knock == Knock::knock_in));
    return two_asset_barrier_price<R>(option, m, years);
  });
}

}  // namespace plimsoll
