#include "plimsoll/numerics/call_surface.hpp"

#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/roots.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

namespace plimsoll {

namespace {

constexpr double rounding = 1e-14;  // of prices over the forward

std::string quote(double moneyness, double price) { return text_of(price) + " at moneyness " + text_of(moneyness); }

Error arbitrage(std::string value, std::string allowed) {
  return {ErrorCode::invalid_value, "prices", std::move(value), std::move(allowed),
          "drop the stale quote of these, or widen both to their bid and ask and repair them"};
}

double chord(const std::vector<double>& x, const std::vector<double>& y, std::size_t i) noexcept {
  return (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
}

std::optional<Error> flaw_of_shape(const CallQuotes& quotes) {
  const auto& k = quotes.moneyness;
  if (k.empty() || k.size() != quotes.prices.size())
    return Error{ErrorCode::invalid_value, "moneyness",
                 std::to_string(k.size()) + " strikes, " + std::to_string(quotes.prices.size()) + " prices",
                 "as many prices as strikes, at least one", "give one price for each strike"};
  for (std::size_t i = 0; i < k.size(); ++i) {
    if (!(k[i] > (i == 0 ? 0.0 : k[i - 1])) || std::isinf(k[i]))
      return Error{ErrorCode::invalid_value, "moneyness", text_of(k[i]) + " at place " + std::to_string(i),
                   "finite strikes that rise from above zero", "sort the quotes and drop duplicates"};
    if (!(quotes.prices[i] > 0.0 && quotes.prices[i] < 1.0 && quotes.prices[i] >= 1.0 - k[i] - rounding))
      return arbitrage(quote(k[i], quotes.prices[i]), "above zero, below the forward, not below the payoff");
  }
  return std::nullopt;
}

/// The first quotes that a call spread or a butterfly arbitrages; `k` and `c` begin with strike zero.
std::optional<Error> flaw_of_slopes(const std::vector<double>& k, const std::vector<double>& c) {
  for (std::size_t i = 0; i + 1 < k.size(); ++i) {
    if (c[i + 1] > c[i] + rounding || c[i] - c[i + 1] > k[i + 1] - k[i] + rounding)
      return arbitrage(quote(k[i], c[i]) + " and " + quote(k[i + 1], c[i + 1]),
                       "prices that fall, by no more than the strike rises");
    if (i == 0) continue;
    const double share = (k[i + 1] - k[i]) / (k[i + 1] - k[i - 1]);
    if (c[i] > share * c[i - 1] + (1.0 - share) * c[i + 1] + rounding)
      return arbitrage(
          quote(k[i], c[i]) + " between " + quote(k[i - 1], c[i - 1]) + " and " + quote(k[i + 1], c[i + 1]),
          "a price not above the line between its neighbours");
  }
  return std::nullopt;
}

/// Slopes between the chords on either side: the nearer chord weighs the more.
std::vector<double> convex_slopes(const std::vector<double>& k, const std::vector<double>& c) {
  const std::size_t last = k.size() - 1;
  std::vector<double> slopes(k.size());
  slopes[0] = -1.0;  // nothing is paid for a price of zero at expiry
  for (std::size_t i = 1; i < last; ++i) {
    const double before = k[i] - k[i - 1];
    const double after = k[i + 1] - k[i];
    slopes[i] = (after * chord(k, c, i - 1) + before * chord(k, c, i)) / (before + after);
  }
  slopes[last] = -c[last] * std::log(c[last - 1] / c[last]) / (k[last] - k[last - 1]);  // that of an exponential
  return slopes;
}

double payoff(double moneyness) noexcept { return std::max(1.0 - moneyness, 0.0); }

/// Black's price over the forward for a deviation above zero, and its slope by the deviation.
ValueAndSlope black(double moneyness, double deviation) noexcept {
  const double centre = -std::log(moneyness) / deviation;
  const double upper = centre + 0.5 * deviation;
  return {normal_cdf(upper) - moneyness * normal_cdf(centre - 0.5 * deviation), normal_pdf(upper)};
}

}  // namespace

Result<CallCurve> CallCurve::through(const CallQuotes& quotes) {
  if (auto flaw = flaw_of_shape(quotes)) return *flaw;
  std::vector<double> k{0.0};
  std::vector<double> c{1.0};
  k.insert(k.end(), quotes.moneyness.begin(), quotes.moneyness.end());
  c.insert(c.end(), quotes.prices.begin(), quotes.prices.end());
  if (auto flaw = flaw_of_slopes(k, c)) return *flaw;
  return CallCurve(std::move(k), std::move(c));
}

CallCurve::CallCurve(std::vector<double> strikes, std::vector<double> prices)
    : strikes_(std::move(strikes)), prices_(std::move(prices)), slopes_(convex_slopes(strikes_, prices_)) {}

double CallCurve::operator()(double moneyness) const noexcept {
  const std::size_t last = strikes_.size() - 1;
  if (!(moneyness > 0.0)) return 1.0;
  if (moneyness >= strikes_[last])
    return prices_[last] * std::exp(slopes_[last] / prices_[last] * (moneyness - strikes_[last]));
  const auto above = std::ranges::upper_bound(strikes_, moneyness);
  const auto i = static_cast<std::size_t>(above - strikes_.begin()) - 1;
  const double step = strikes_[i + 1] - strikes_[i];
  const double t = (moneyness - strikes_[i]) / step;
  const double u = 1.0 - t;
  const double straight = u * prices_[i] + t * prices_[i + 1];
  const double left = chord(strikes_, prices_, i) - slopes_[i];
  const double right = slopes_[i + 1] - chord(strikes_, prices_, i);
  if (!(left > rounding && right > rounding)) return straight;
  // Delbourgo & Gregory's quotient as its distance below the chord.
  const double r = 1.0 + right / left + left / right;
  return straight - step * t * u * (left * u + right * t) / (1.0 + (r - 3.0) * t * u);
}

double CallCurve::least_price(double moneyness) const noexcept {
  const std::size_t last = strikes_.size() - 1;
  const auto above = std::ranges::upper_bound(strikes_, moneyness);
  const auto i = std::max<std::size_t>(static_cast<std::size_t>(above - strikes_.begin()), 1) - 1;
  const auto drawn_on = [&](std::size_t from) {
    return prices_[from] + chord(strikes_, prices_, from) * (moneyness - strikes_[from]);
  };
  double least = std::max(payoff(moneyness), 0.0);
  if (i > 0) least = std::max(least, drawn_on(i - 1));
  if (i + 1 < last) least = std::max(least, drawn_on(i + 1));
  return least;
}

namespace {

/// Joins one more quote to those of an expiry, which has none at that moneyness.
CallQuotes with_knot(CallQuotes quotes, double moneyness, double price) {
  const auto at = std::ranges::lower_bound(quotes.moneyness, moneyness);
  quotes.prices.insert(quotes.prices.begin() + (at - quotes.moneyness.begin()), price);
  quotes.moneyness.insert(at, moneyness);
  return quotes;
}

/// A quote of a later expiry.
struct LaterQuote {
  double years, moneyness, price;
};

/// Bends the earlier curve below each of the later quotes, the worst first, or says which cannot be met.
Result<CallQuotes> below_later_quotes(CallQuotes earlier, const std::vector<LaterQuote>& later) {
  const std::size_t most_knots = earlier.prices.size() + later.size();
  while (earlier.prices.size() <= most_knots) {
    const auto curve = CallCurve::through(earlier);
    if (!curve) return curve.error();
    const auto excess = [&](const LaterQuote& q) { return (*curve)(q.moneyness) - q.price; };
    const auto worst = std::ranges::max_element(later, {}, excess);
    if (worst == later.end() || excess(*worst) <= rounding) break;
    const bool is_quoted = std::ranges::binary_search(earlier.moneyness, worst->moneyness);
    const double least = is_quoted ? (*curve)(worst->moneyness) : curve->least_price(worst->moneyness);
    if (is_quoted || worst->price < least - rounding)
      return arbitrage(quote(worst->moneyness, worst->price) + " in " + text_of(worst->years) + " years, below " +
                           text_of(least) + " in " + text_of(earlier.years) + " years",
                       "a later price not below an earlier one of the same moneyness");
    earlier = with_knot(std::move(earlier), worst->moneyness, worst->price);
  }
  return earlier;
}

}  // namespace

Result<CallSurface> CallSurface::through(std::vector<CallQuotes> expiries) {
  if (expiries.empty())
    return Error{ErrorCode::invalid_value, "expiries", "none", "at least one", "give the quotes of an expiry"};
  for (std::size_t e = 0; e < expiries.size(); ++e)
    if (!(expiries[e].years > (e == 0 ? 0.0 : expiries[e - 1].years)) || std::isinf(expiries[e].years))
      return Error{ErrorCode::invalid_value, "years", text_of(expiries[e].years) + " at place " + std::to_string(e),
                   "finite times that rise from above zero", "sort the expiries and drop those past"};
  std::vector<double> years{0.0};
  std::vector<CallCurve> curves;
  std::vector<LaterQuote> later;
  for (std::size_t e = expiries.size(); e-- > 0;) {
    auto bent = below_later_quotes(std::move(expiries[e]), later);
    if (!bent) return bent.error();
    expiries[e] = *bent;
    curves.insert(curves.begin(), *CallCurve::through(expiries[e]));
    for (std::size_t i = 0; i < bent->prices.size(); ++i)
      later.push_back({bent->years, bent->moneyness[i], bent->prices[i]});
  }
  for (const CallQuotes& expiry : expiries) years.push_back(expiry.years);
  return CallSurface(std::move(years), std::move(curves));
}

CallSurface::CallSurface(std::vector<double> years, std::vector<CallCurve> curves)
    : years_(std::move(years)), curves_(std::move(curves)), at_forward_(years_.size(), 0.0) {
  for (std::size_t e = 1; e < years_.size(); ++e) at_forward_[e] = implied_total_variance(1.0, at_expiry(e, 1.0));
}

double CallSurface::at_expiry(std::size_t expiry, double moneyness) const noexcept {
  double price = payoff(moneyness);
  for (std::size_t e = 0; e < expiry; ++e) price = std::max(price, curves_[e](moneyness));
  return price;
}

double CallSurface::price(double moneyness, double years) const noexcept {
  if (!(years > 0.0)) return payoff(moneyness);
  if (years >= years_.back()) return at_expiry(years_.size() - 1, moneyness);
  const auto above = std::ranges::upper_bound(years_, years);
  const auto e = static_cast<std::size_t>(above - years_.begin()) - 1;
  const double time_share = (years - years_[e]) / (years_[e + 1] - years_[e]);
  const double variance = at_forward_[e] + time_share * (at_forward_[e + 1] - at_forward_[e]);
  const auto at_the_money = [](double total) { return 1.0 - 2.0 * normal_cdf(-0.5 * std::sqrt(total)); };
  const double low = at_the_money(at_forward_[e]);
  const double high = at_the_money(at_forward_[e + 1]);
  const double weight = high > low ? std::clamp((at_the_money(variance) - low) / (high - low), 0.0, 1.0) : time_share;
  return (1.0 - weight) * at_expiry(e, moneyness) + weight * at_expiry(e + 1, moneyness);
}

double CallSurface::total_variance(double moneyness, double years) const {
  return implied_total_variance(moneyness, price(moneyness, years));
}

double black_call(double moneyness, double total_variance) {
  return total_variance > 0.0 ? black(moneyness, std::sqrt(total_variance)).value : payoff(moneyness);
}

double implied_total_variance(double moneyness, double price) {
  const double intrinsic = payoff(moneyness);
  if (!(price > intrinsic)) return 0.0;
  if (price >= 1.0) return std::numeric_limits<double>::quiet_NaN();
  // Out of the money, by parity, the time value is the price: no digit is lost.
  const bool is_call = moneyness >= 1.0;
  const double strike = is_call ? moneyness : 1.0 / moneyness;
  const double wanted = is_call ? price : (price - intrinsic) / moneyness;
  const auto mismatch = [&](double deviation) {
    const ValueAndSlope at = black(strike, deviation);
    return ValueAndSlope{at.value - wanted, at.slope};
  };
  const double guess = std::sqrt(2.0 * std::log(strike) + 0.01);  // about where the price bends
  const auto root = newton(mismatch, 1e-9, 40.0, guess);
  return root ? root->x * root->x : 0.0;  // without a root the price is below that of the least deviation
}

}  // namespace plimsoll
