#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"
#include "plimsoll/valuation/bulk.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

namespace plimsoll {

enum class PositionKind { stock, future, option };

/// A position per unit of underlying value that is struck anew each day: the strike stays a fixed share of the spot and
/// the time to expiry stays the same. `type`, `exercise` and `moneyness` are read for options only, `years` not for
/// stock.
struct PositionTemplate {
  PositionKind kind = PositionKind::stock;
  std::uint32_t underlying = 0;
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::european;
  double moneyness = 1.0;  // strike over spot
  double years = 0.0;

  friend bool operator==(const PositionTemplate&, const PositionTemplate&) = default;
};

template <>
struct Fields<PositionTemplate> {
  static constexpr std::string_view name = "PositionTemplate";
  static constexpr auto list =
      std::make_tuple(field("kind", &PositionTemplate::kind), field("underlying", &PositionTemplate::underlying),
                      field("type", &PositionTemplate::type), field("exercise", &PositionTemplate::exercise),
                      field("moneyness", &PositionTemplate::moneyness), field("years", &PositionTemplate::years));
};

/// The market at the close of each day, one column an underlying: daily volatility forecast for the next return, rate
/// and dividend yield continuously compounded per year. At-the-money implied volatility is premium * daily volatility *
/// sqrt(days per year), bent by the skew as VolatilitySurface says.
struct MarketRows {
  std::span<const double> volatility;      // rows x underlyings
  std::span<const double> rate;            // rows x underlyings
  std::span<const double> dividend_yield;  // rows x underlyings
  std::span<const double> premium;         // underlyings
  std::span<const double> skew;            // underlyings
};

/// How a template is valued again after one trading day. The day's return moves implied volatility with it: the daily
/// variance becomes decay * variance + (1 - decay) * return^2, and the premium is applied to that. American options
/// whose early exercise is worth something go to the lattice, all others to the closed form.
struct RevaluationSettings {
  double decay = 0.94;
  double days_per_year = 252.0;
  LeisenReimer lattice{51, Extrapolation::none};

  friend bool operator==(const RevaluationSettings&, const RevaluationSettings&) = default;
};

template <>
struct Fields<RevaluationSettings> {
  static constexpr std::string_view name = "RevaluationSettings";
  static constexpr auto list = std::make_tuple(field("decay", &RevaluationSettings::decay),
                                               field("days_per_year", &RevaluationSettings::days_per_year),
                                               field("lattice", &RevaluationSettings::lattice));
};

/// Profit over one trading day of one unit of underlying value in each template, rows x templates x k, after each of
/// the k returns of its underlying given in `returns`, rows x underlyings x k. Every option is valued in full before
/// and after, by the door's call for columns; the rest of its life is one trading day shorter. Source: homogeneity of
/// degree one, so that prices of spot 1 and strike `moneyness` serve every price level: Merton (1973), Theory of
/// rational option pricing, theorem 9. Limits: log returns; a template within a day of expiry pays off.
Result<std::vector<double>> template_profits(std::span<const PositionTemplate> templates, const MarketRows& market,
                                             std::span<const double> returns, const RevaluationSettings& settings,
                                             int threads);

}  // namespace plimsoll
