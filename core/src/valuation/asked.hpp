#pragma once

#include "plimsoll/market/snapshot.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/vanilla.hpp"
#include "plimsoll/product/product.hpp"
#include "plimsoll/valuation/bounds.hpp"
#include "plimsoll/valuation/valuation.hpp"
#include "plimsoll/valuation/value.hpp"

#include <string_view>
#include <vector>

// What the door hands to each family of products; inside the floor of valuation.
namespace plimsoll {

/// The quotes of a trade's underlyings on the valuation date. `quotes` is the first of `all`; where there are several,
/// `correlation` is their matrix, assumed where one of its numbers is.
struct Market {
  const UnderlyingMarket& quotes;
  Date today;
  std::vector<const UnderlyingMarket*> all;
  Matrix correlation;
  Status correlation_status;
};

/// How a product is to be valued.
struct Asked {
  const Method& method;
  Measures measures;
  CrossedBarrier crossed;
  VanillaWorkspace& workspace;
};

/// Each family in a file of its own: European and American; the average; what is linear in the spot; and the products
/// whose methods value_by.hpp lists.
Result<Valuation> value_product(const European& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const American& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const ArithmeticAsian& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Stock& stock, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Future& future, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Payment& payment, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Digital& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Touch& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Barrier& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const DoubleBarrier& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const SoftBarrier& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Lookback& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const DoubleTouch& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const ForwardStart& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Chooser& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Compound& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Extendible& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const ExchangeOption& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Spread& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const BasketOption& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const ExtremeOption& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const CorrelationOption& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const Rainbow& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const PartialTimeBarrier& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const PartialLookback& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const FutureOption& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const CurrencyForward& forward, const Market& market, const Asked& asked);
Result<Valuation> value_product(const CurrencyOption& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const QuantoOption& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const QuantoBarrier& option, const Market& market, const Asked& asked);
Result<Valuation> value_product(const TwoAssetBarrier& option, const Market& market, const Asked& asked);

/// A European or American option by the methods that value it, its price within its bounds or flagged.
Result<Valuation> value_vanilla(const VanillaCase& option, const Asked& asked, std::string_view product);

/// The derivative of an American option by its dividend yield: by symmetry it is that of the option of the other type,
/// with spot and strike as well as rate and yield exchanged, by its rate.
/// Source: McDonald & Schroder (1998), A parity result for American options, J. Computational Finance 1(3).
Result<double> yield_slope(const VanillaCase& option, const Asked& asked, std::string_view product);

/// The refusal of a method that does not value the product, with those that do.
Error does_not_fit(const Method& method, std::string_view product, std::string_view fitting);

/// Flags a price that lies outside its bounds by more than rounding, discretisation or chance explain.
void check_bounds(const PriceBounds& bounds, Valuation& valuation);

}  // namespace plimsoll
