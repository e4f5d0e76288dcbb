#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace plimsoll {

/// Undiscounted call prices of one expiry over its forward, by strike over forward: one at strike zero.
struct CallQuotes {
  double years = 0.0;
  std::vector<double> moneyness;
  std::vector<double> prices;

  friend bool operator==(const CallQuotes&, const CallQuotes&) = default;
};

template <>
struct Fields<CallQuotes> {
  static constexpr std::string_view name = "CallQuotes";
  static constexpr auto list =
      std::make_tuple(field("years", &CallQuotes::years), field("moneyness", &CallQuotes::moneyness),
                      field("prices", &CallQuotes::prices));
};

/// A convex, falling curve of call prices through quotes, so that no butterfly and no call spread is mispriced between
/// them either. Once continuously differentiable but where quotes lie on a line; beyond the last quote it falls as an
/// exponential, below the first it runs to the forward.
/// Source: Delbourgo & Gregory (1985), Shape preserving piecewise rational interpolation, SIAM J. Sci. Stat. Comput. 6,
/// 967-976 (the convex case), with slopes between the neighbouring chords.
class CallCurve {
 public:
  /// Refuses unequal or empty lists, strikes that do not rise from above zero, and quotes that can be arbitraged: a
  /// price outside its bounds, a call spread outside 0 to the distance of its strikes, a butterfly of negative price.
  /// The refusal names the quotes.
  static Result<CallCurve> through(const CallQuotes& quotes);

  /// The price over the forward, at a moneyness of zero or more.
  double operator()(double moneyness) const noexcept;

  [[nodiscard]] const std::vector<double>& strikes() const noexcept { return strikes_; }

  /// The least price that the quotes allow at a moneyness: that of the chords drawn on from either side.
  [[nodiscard]] double least_price(double moneyness) const noexcept;

 private:
  CallCurve(std::vector<double> strikes, std::vector<double> prices);

  std::vector<double> strikes_;  // the first is zero
  std::vector<double> prices_;
  std::vector<double> slopes_;
};

/// Call prices by moneyness and time without butterfly or calendar arbitrage anywhere: at each expiry a convex curve,
/// lifted to that of the expiry before where it would fall below, and in between a mean of both curves whose weight
/// makes the total variance at the forward linear in time.
/// Source: the means of convex functions are convex, and rise where the later curve is the higher; Kahale (2004), An
/// arbitrage-free interpolation of volatilities, Risk 17, and Fengler (2009), Arbitrage-free smoothing of the implied
/// volatility surface, Quantitative Finance 9, for the conditions.
/// Limits: up to the last expiry, whose curve holds beyond. A quote that lies between what an earlier expiry's quotes
/// allow and what its curve says is honoured by a further knot of that curve; where more than one way would do so, the
/// one tried may fail, and the quotes are refused though they could be joined.
class CallSurface {
 public:
  /// Refuses no expiries, expiries that do not rise from above zero, what CallCurve refuses, and quotes of two expiries
  /// of which the later is the cheaper at the same moneyness; the refusal names both.
  static Result<CallSurface> through(std::vector<CallQuotes> expiries);

  /// Undiscounted price over the forward. Zero years give the payoff.
  [[nodiscard]] double price(double moneyness, double years) const noexcept;

  /// Black's total variance for that price.
  /// Limits: moneyness above zero; zero where the price is the payoff's, to rounding.
  [[nodiscard]] double total_variance(double moneyness, double years) const;

 private:
  CallSurface(std::vector<double> years, std::vector<CallCurve> curves);

  /// The price at an expiry, lifted to those before it; expiry zero is today.
  [[nodiscard]] double at_expiry(std::size_t expiry, double moneyness) const noexcept;

  std::vector<double> years_;       // the first is zero
  std::vector<CallCurve> curves_;   // from the first expiry on
  std::vector<double> at_forward_;  // total variances at the forward, the first is zero
};

/// Black's price of a call over the forward, by strike over forward and total variance; the payoff without variance.
double black_call(double moneyness, double total_variance);

/// The total variance for which Black's formula gives a price over the forward.
/// Limits: zero for a price not above the payoff, NaN for one not below the forward.
double implied_total_variance(double moneyness, double price);

}  // namespace plimsoll
