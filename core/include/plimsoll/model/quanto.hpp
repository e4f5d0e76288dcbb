#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/black_scholes.hpp"

#include <optional>

namespace plimsoll {

/// What makes a foreign asset pay in domestic money at a fixed rate of exchange: the foreign rate, the volatility of
/// the exchange rate (domestic money for one of foreign), and its correlation with the asset.
struct Quanto {
  double foreign_rate = 0.0;
  double exchange_volatility = 0.0;
  double correlation = 0.0;

  friend bool operator==(const Quanto&, const Quanto&) = default;
};

template <>
struct Fields<Quanto> {
  static constexpr std::string_view name = "Quanto";
  static constexpr auto list = std::make_tuple(field("foreign_rate", &Quanto::foreign_rate),
                                               field("exchange_volatility", &Quanto::exchange_volatility),
                                               field("correlation", &Quanto::correlation));
};

/// The first parameter that makes no sense, if there is one.
std::optional<Error> find_flaw(const Quanto& quanto);

/// The asset as domestic money sees it: it grows at the foreign rate less its dividends, less the covariance of asset
/// and exchange rate, and is discounted at the domestic rate, which is that of `asset`.
/// Source: Derman, Karasinski & Wecker (1990), Understanding guaranteed exchange-rate contracts in foreign stock
/// investments; Haug (2007), sec. 5.16.2.
/// Limits: sensitivities of a price under it hold its dividend yield, and so the covariance, fixed.
template <Real R>
BlackScholes<R> quanto_asset(const BlackScholes<R>& asset, const Quanto& quanto) {
  const double pull = quanto.correlation * quanto.exchange_volatility;
  return {asset.spot, asset.rate, asset.dividend_yield + asset.rate - quanto.foreign_rate + pull * asset.volatility,
          asset.volatility};
}

}  // namespace plimsoll
