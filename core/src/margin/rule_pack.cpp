#include "plimsoll/margin/rule_pack.hpp"

#include <array>
#include <utility>

namespace plimsoll::margin {

namespace {

Error bad_parameter(std::string field, double value, std::string allowed) {
  return {ErrorCode::invalid_value, "pack." + std::move(field), text_of(value), std::move(allowed),
          "correct the parameter pack; its numbers carry their source"};
}

}  // namespace

std::optional<Error> find_flaw(const RulePack& pack) {
  const auto& s = pack.stock;
  const auto& o = pack.option;
  const std::array<std::pair<const char*, double>, 14> fractions{{
      {"stock.long_initial", s.long_initial},
      {"stock.short_initial", s.short_initial},
      {"stock.long_maintenance", s.long_maintenance},
      {"stock.short_maintenance", s.short_maintenance},
      {"stock.low_price_short_maintenance", s.low_price_short_maintenance},
      {"stock.boxed", s.boxed},
      {"option.equity_base", o.equity_base},
      {"option.narrow_index_base", o.narrow_index_base},
      {"option.broad_index_base", o.broad_index_base},
      {"option.minimum", o.minimum},
      {"option.long_dated_requirement", o.long_dated_requirement},
      {"option.hedged_strike_rate", o.hedged_strike_rate},
      {"option.long_box_requirement", o.long_box_requirement},
      {"option.long_dated_months", static_cast<double>(o.long_dated_months) / 1200.0},
  }};
  for (const auto& [field, value] : fractions)
    if (!(value > 0.0 && value <= 1.0)) return bad_parameter(field, value, "a fraction above 0 and up to 1");
  const std::array<std::pair<const char*, double>, 3> per_share{{
      {"stock.short_minimum_per_share", s.short_minimum_per_share},
      {"stock.low_price", s.low_price},
      {"stock.low_price_minimum_per_share", s.low_price_minimum_per_share},
  }};
  for (const auto& [field, value] : per_share)
    if (!(value >= 0.0 && value <= 1e6)) return bad_parameter(field, value, "dollars per share, 0 to 1,000,000");
  for (const FutureRate& rate : pack.futures) {
    if (!(rate.multiplier > 0.0)) return bad_parameter("futures.multiplier", rate.multiplier, "above 0");
    if (rate.maintenance < Money{} || rate.initial < rate.maintenance)
      return bad_parameter("futures.initial", rate.initial.dollars(), "not below maintenance, which is not below 0");
  }
  if (pack.minimum_equity < Money{})
    return bad_parameter("minimum_equity", pack.minimum_equity.dollars(), "0 dollars or more");
  return std::nullopt;
}

const FutureRate* future_rate(const RulePack& pack, const std::string& underlying, double multiplier, Date date) {
  const FutureRate* found = nullptr;
  for (const FutureRate& rate : pack.futures)
    if (rate.underlying == underlying && rate.multiplier == multiplier && rate.in_force_from <= date &&
        (found == nullptr || found->in_force_from < rate.in_force_from))
      found = &rate;
  return found;
}

}  // namespace plimsoll::margin
