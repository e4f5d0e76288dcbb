#include "plimsoll/margin/requirement.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace plimsoll::margin {

ShortOptionRates short_option_rates(const UnderlyingView& underlying, const OptionRates& rates) noexcept {
  double base = rates.equity_base;
  if (underlying.kind == UnderlyingClass::narrow_index) base = rates.narrow_index_base;
  if (underlying.kind == UnderlyingClass::broad_index) base = rates.broad_index_base;
  return {std::min(1.0, base * underlying.leverage), std::min(1.0, rates.minimum * underlying.leverage)};
}

double out_of_the_money(OptionType type, double strike, double spot) noexcept {
  return std::max(0.0, sign(type) * (strike - spot));
}

double in_the_money(OptionType type, double strike, double spot) noexcept {
  return std::max(0.0, sign(type) * (spot - strike));
}

double naked_requirement(OptionType type, double strike, double mark, double spot,
                         const ShortOptionRates& rates) noexcept {
  const double floor_value = rates.minimum * std::fabs(type == OptionType::call ? spot : strike);
  return mark + std::max(rates.base * std::fabs(spot) - out_of_the_money(type, strike, spot), floor_value);
}

double long_stock_requirement(Phase phase, double price, double leverage, const StockRates& rates) noexcept {
  const double maintenance = std::min(1.0, rates.long_maintenance * leverage) * std::fabs(price);
  return phase == Phase::maintenance ? maintenance : std::max(rates.long_initial * std::fabs(price), maintenance);
}

PerShareRule per_share_rule(double price, double leverage, const StockRates& rates) noexcept {
  if (price < rates.low_price) return PerShareRule::low_price;
  const double proportional = std::min(1.0, rates.short_maintenance * leverage) * price;
  return rates.short_minimum_per_share > proportional ? PerShareRule::minimum_binds : PerShareRule::proportional;
}

double short_stock_requirement(Phase phase, double price, double leverage, const StockRates& rates) noexcept {
  const bool low = price < rates.low_price;
  const double rate = low ? rates.low_price_short_maintenance : rates.short_maintenance;
  const double per_share = low ? rates.low_price_minimum_per_share : rates.short_minimum_per_share;
  const double maintenance = std::max(per_share, std::min(1.0, rate * leverage) * std::fabs(price));
  return phase == Phase::maintenance ? maintenance : std::max(rates.short_initial * std::fabs(price), maintenance);
}

Date long_dated_from(Date valuation_date, int months) noexcept {
  namespace chrono = std::chrono;
  const chrono::year_month_day day{chrono::sys_days{chrono::days{valuation_date.days}}};
  auto later = day + chrono::months{months};
  if (!later.ok()) later = later.year() / later.month() / chrono::last;
  const auto last_short_day = chrono::sys_days{later}.time_since_epoch().count();
  return Date{static_cast<std::int32_t>(last_short_day) + 1};
}

}  // namespace plimsoll::margin
