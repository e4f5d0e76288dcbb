#pragma once

#include "plimsoll/product/american.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/basket_option.hpp"
#include "plimsoll/product/chooser.hpp"
#include "plimsoll/product/compound.hpp"
#include "plimsoll/product/correlation_option.hpp"
#include "plimsoll/product/currency.hpp"
#include "plimsoll/product/digital.hpp"
#include "plimsoll/product/double_barrier.hpp"
#include "plimsoll/product/double_touch.hpp"
#include "plimsoll/product/european.hpp"
#include "plimsoll/product/exchange_option.hpp"
#include "plimsoll/product/extendible.hpp"
#include "plimsoll/product/extreme_option.hpp"
#include "plimsoll/product/forward_start.hpp"
#include "plimsoll/product/future_option.hpp"
#include "plimsoll/product/linear.hpp"
#include "plimsoll/product/lookback.hpp"
#include "plimsoll/product/partial_lookback.hpp"
#include "plimsoll/product/partial_time_barrier.hpp"
#include "plimsoll/product/payment.hpp"
#include "plimsoll/product/quanto_option.hpp"
#include "plimsoll/product/rainbow.hpp"
#include "plimsoll/product/soft_barrier.hpp"
#include "plimsoll/product/spread.hpp"
#include "plimsoll/product/touch.hpp"
#include "plimsoll/product/two_asset_barrier.hpp"

#include <optional>
#include <string_view>
#include <variant>

namespace plimsoll {

/// Every resolved product: times in years from the valuation date, nothing of calendars or conventions left.
using Product = std::variant<European, American, ArithmeticAsian, Stock, Future, Digital, Touch, Barrier, DoubleBarrier,
                             SoftBarrier, Lookback, Payment, DoubleTouch, ForwardStart, Chooser, Compound, Extendible,
                             ExchangeOption, Spread, BasketOption, ExtremeOption, CorrelationOption, Rainbow,
                             FutureOption, CurrencyForward, CurrencyOption, QuantoOption, QuantoBarrier,
                             TwoAssetBarrier, PartialTimeBarrier, PartialLookback>;

/// The name of the product's kind, for instance "American".
std::string_view kind(const Product& product);

/// Whether the product is linear in the spot, so that its worth is exact and no model changes it.
bool is_linear(const Product& product);

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Product& product);

}  // namespace plimsoll
