#pragma once

#include "plimsoll/margin/account.hpp"
#include "plimsoll/margin/rule_pack.hpp"
#include "plimsoll/product/option_type.hpp"

namespace plimsoll::margin {

/// Which of the two requirements is asked for.
enum class Phase { initial, maintenance };

/// The option rates that apply to one underlying, leverage included.
struct ShortOptionRates {
  double base = 0.0;
  double minimum = 0.0;
};

/// Base and minimum rate of uncovered options, times the leverage of the fund and never above 1.
/// Source: FINRA 4210(f)(2)(E); FINRA Regulatory Notice 09-53 for leveraged funds.
ShortOptionRates short_option_rates(const UnderlyingView& underlying, const OptionRates& rates) noexcept;

/// How far the option is out of the money, per unit; 0 when it is in the money.
double out_of_the_money(OptionType type, double strike, double spot) noexcept;

/// How far the option is in the money, per unit; 0 when it is out of the money.
double in_the_money(OptionType type, double strike, double spot) noexcept;

/// Requirement of an uncovered short option in dollars per unit, the option's own value included.
/// Source: FINRA 4210(f)(2)(E): the minimum is on the underlying for calls and on the exercise price for puts.
/// Limits: rates apply to the size of a price, so negative prices and strikes give a positive requirement.
double naked_requirement(OptionType type, double strike, double mark, double spot,
                         const ShortOptionRates& rates) noexcept;

/// Requirement of long stock in dollars per share. Source: Regulation T 220.12(a); FINRA 4210(c)(1).
double long_stock_requirement(Phase phase, double price, double leverage, const StockRates& rates) noexcept;

/// Requirement of short stock in dollars per share beyond the short sale's market value, which equity already deducts.
/// Source: Regulation T 220.12(c)(1); FINRA 4210(c)(2)-(3).
double short_stock_requirement(Phase phase, double price, double leverage, const StockRates& rates) noexcept;

/// How a per-share figure enters the requirement of short stock at this price.
enum class PerShareRule { proportional, minimum_binds, low_price };

/// Whether the requirement of short stock is a share of its value or set by a price level.
PerShareRule per_share_rule(double price, double leverage, const StockRates& rates) noexcept;

/// The first day on which an option counts as running for more than `months` after the valuation date.
Date long_dated_from(Date valuation_date, int months) noexcept;

}  // namespace plimsoll::margin
