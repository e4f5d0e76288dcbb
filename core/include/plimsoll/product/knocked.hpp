#pragma once

#include "plimsoll/product/product.hpp"

namespace plimsoll {

/// When a barrier was touched: an amount that is paid at the hit is worth itself on that day and is paid and gone
/// afterwards.
enum class HitDay { today, earlier };

/// What is left of an option whose barrier has been touched: the option that began, or a rebate.
Product knocked(const Barrier& option, HitDay day);
Product knocked(const DoubleBarrier& option);
Product knocked(const PartialTimeBarrier& option);

/// What is left of a touch whose level has been touched: its amount, or nothing of a no-touch.
Product knocked(const Touch& option, HitDay day);

/// What is left of a double touch that pays at expiry.
Product knocked(const DoubleTouch& option);

/// What is left of an option whose barrier has been touched and that pays no rebate: the option that began, or nothing.
Product knocked(const QuantoBarrier& option);
Product knocked(const TwoAssetBarrier& option);

}  // namespace plimsoll
