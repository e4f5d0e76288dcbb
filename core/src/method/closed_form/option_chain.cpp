#include "plimsoll/method/closed_form/option_chain.hpp"

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/implied_volatility.hpp"
#include "plimsoll/method/integral_equation/american.hpp"
#include "plimsoll/numerics/roots.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace plimsoll {

namespace {

/// The two rows of one strike; none where it has no such row.
struct Pair {
  std::optional<std::size_t> call, put;
};

using Strikes = std::map<double, Pair>;

/// A call less its put at a strike, and how wide both are quoted.
struct ParityPoint {
  double strike, difference, spread;
};

double middle(const ListedQuote& quote) noexcept { return 0.5 * (quote.bid + quote.ask); }

QuoteEnd end_alone(const ListedQuote& quote, Date today) noexcept {
  if (!(quote.strike > 0.0 && std::isfinite(quote.strike))) return QuoteEnd::bad_strike;
  if (quote.expiry <= today) return QuoteEnd::expired;
  if (std::isnan(quote.ask) || std::isinf(quote.ask) || std::isinf(quote.bid)) return QuoteEnd::no_price;
  if (std::isnan(quote.bid) || quote.bid <= 0.0) return quote.ask >= 0.0 ? QuoteEnd::no_bid : QuoteEnd::no_price;
  return quote.bid > quote.ask ? QuoteEnd::crossed : QuoteEnd::used;
}

/// Intercept and slope of the differences by weighted least squares, as forward and discount factor.
std::optional<ImpliedForward> fitted(const std::vector<ParityPoint>& points, double years, const ChainTerms& terms) {
  double weights = 0.0;
  double strike = 0.0;
  double difference = 0.0;
  const auto weight_of = [](const ParityPoint& point) { return point.spread > 0.0 ? std::pow(point.spread, -2) : 1.0; };
  for (const ParityPoint& point : points) {
    weights += weight_of(point);
    strike += weight_of(point) * point.strike;
    difference += weight_of(point) * point.difference;
  }
  if (points.empty()) return std::nullopt;
  strike /= weights;
  difference /= weights;
  double discount = terms.rate ? std::exp(-*terms.rate * years) : 1.0;
  if (!terms.rate) {
    double across = 0.0;
    double along = 0.0;
    for (const ParityPoint& point : points) {
      along += weight_of(point) * std::pow(point.strike - strike, 2);
      across += weight_of(point) * (point.strike - strike) * (point.difference - difference);
    }
    if (!(along > 0.0)) return std::nullopt;
    discount = -across / along;
  }
  // Discount factors of no market: the pairs contradict each other.
  if (!(discount > 0.1 && discount < 2.0)) return std::nullopt;
  ImpliedForward found{years, strike + difference / discount, discount, points.size(), 0.0};
  if (!(found.forward > 0.0)) return std::nullopt;
  for (const ParityPoint& point : points)
    found.miss += std::abs(point.difference - found.discount * (found.forward - point.strike)) /
                  static_cast<double>(points.size());
  return found;
}

/// The same without the pairs that miss parity by more than both spreads: the worst goes first, and the others are held
/// against what is left, while that is more than half of them and two.
std::optional<ImpliedForward> parity(std::vector<ParityPoint> points, double years, const ChainTerms& terms) {
  const std::size_t enough = std::max<std::size_t>(points.size() / 2, 2);
  auto found = fitted(points, years, terms);
  while (found && points.size() > enough) {
    const auto excess = [&](const ParityPoint& point) {
      const double miss = std::abs(point.difference - found->discount * (found->forward - point.strike));
      return point.spread > 0.0 ? miss / point.spread : 0.0;
    };
    const auto worst = std::ranges::max_element(points, {}, excess);
    if (excess(*worst) <= 1.0) break;
    points.erase(worst);
    found = fitted(points, years, terms);
  }
  return found;
}

/// One expiry under way: its rows by strike, what they are worth as European options, and how each ended.
class ExpiryReader {
 public:
  ExpiryReader(std::span<const ListedQuote> quotes, const ChainTerms& terms, double years, Strikes strikes,
               std::vector<QuoteEnd>& ends)
      : quotes_(quotes),
        terms_(terms),
        spot_(terms.spot.value_or(0.0)),
        rate_(terms.rate.value_or(0.0)),
        years_(years),
        strikes_(std::move(strikes)),
        ends_(ends) {}

  std::optional<ImpliedForward> forward() const {
    if (terms_.exercise == Exercise::european) return parity(points(std::nullopt), years_, terms_);
    // The yield that parity implies of European prices, which depend on it.
    double yield = 0.0;
    std::optional<ImpliedForward> found;
    for (int pass = 0; pass < 30; ++pass) {
      found = parity(points(yield), years_, terms_);
      if (!found) return std::nullopt;
      const double next = rate_ - std::log(found->forward / spot_) / years_;
      const bool is_settled = std::abs(next - yield) < 1e-9;
      yield = next;
      if (is_settled) break;
    }
    return found;
  }

  void read(const ImpliedForward& implied, ChainReading& reading) const {
    QuotedExpiry expiry{years_, implied.forward, implied.discount, {}, {}, {}, {}};
    std::vector<std::size_t> rows;
    for (const auto& [strike, pair] : strikes_) {
      const bool is_call = strike >= implied.forward;
      const std::optional<std::size_t> out = is_call ? pair.call : pair.put;
      const std::optional<std::size_t> in = is_call ? pair.put : pair.call;
      if (in) ends_[*in] = QuoteEnd::in_the_money;
      if (!out) continue;
      const auto price = european(*out, yield_of(implied));
      const double most = implied.discount * (is_call ? implied.forward : strike);
      if (!price)
        ends_[*out] = QuoteEnd::no_time_value;
      else if (!(*price > 0.0 && *price < most))
        ends_[*out] = QuoteEnd::out_of_bounds;
      else
        add(expiry, rows, *out, *price);
    }
    if (rows.empty()) return;
    reading.forwards.push_back(implied);
    reading.chain.push_back(std::move(expiry));
    reading.rows.push_back(std::move(rows));
  }

 private:
  [[nodiscard]] double yield_of(const ImpliedForward& implied) const {
    if (terms_.exercise == Exercise::european) return 0.0;
    return rate_ - std::log(implied.forward / spot_) / years_;
  }

  /// The price of the row as a European option.
  [[nodiscard]] std::optional<double> european(std::size_t row, double yield) const {
    const ListedQuote& quote = quotes_[row];
    if (terms_.exercise == Exercise::european) return middle(quote);
    BlackScholes<double> market{spot_, rate_, yield, 0.0};
    const auto volatility = american_implied_volatility(quote.type, quote.strike, years_, market, middle(quote));
    if (!volatility) return std::nullopt;
    market.volatility = *volatility;
    return black_scholes_price<double>(quote.type, quote.strike, years_, market);
  }

  /// Calls less puts. Of American ones those near the spot alone: far in the money they are best exercised.
  [[nodiscard]] std::vector<ParityPoint> points(std::optional<double> yield) const {
    std::vector<ParityPoint> found;
    for (const auto& [strike, pair] : strikes_) {
      if (!pair.call || !pair.put) continue;
      if (yield && std::abs(std::log(strike / spot_)) > 0.1) continue;
      const auto call = european(*pair.call, yield.value_or(0.0));
      const auto put = european(*pair.put, yield.value_or(0.0));
      if (!call || !put) continue;
      const ListedQuote& c = quotes_[*pair.call];
      const ListedQuote& p = quotes_[*pair.put];
      found.push_back({strike, *call - *put, c.ask - c.bid + p.ask - p.bid});
    }
    return found;
  }

  void add(QuotedExpiry& expiry, std::vector<std::size_t>& rows, std::size_t row, double price) const {
    const ListedQuote& quote = quotes_[row];
    double unit = 0.5 * (quote.ask - quote.bid);
    if (!(unit > 0.0)) {
      const auto volatility =
          implied_volatility({quote.type, quote.strike, years_, expiry.forward, expiry.discount, price});
      const BlackScholes<double> market{expiry.forward, 0.0, 0.0, volatility ? *volatility : 0.0};
      unit = 0.01 * expiry.discount * black_scholes_greeks(quote.type, quote.strike, years_, market).greeks.vega;
    }
    // A quote whose price hardly knows its volatility would weigh without end.
    const double weight = std::pow(std::max(unit, 1e-6 * expiry.forward), -2);
    expiry.types.push_back(quote.type);
    expiry.strikes.push_back(quote.strike);
    expiry.prices.push_back(price);
    expiry.weights.push_back(weight);
    rows.push_back(row);
    ends_[row] = QuoteEnd::used;
  }

  std::span<const ListedQuote> quotes_;
  const ChainTerms& terms_;
  double spot_;  // given where the options are American, as the rate is
  double rate_;
  double years_;
  Strikes strikes_;
  std::vector<QuoteEnd>& ends_;
};

std::optional<Error> flaw_of_terms(const ChainTerms& terms) {
  const auto refuse = [](const char* field, const std::optional<double>& value, const char* allowed) {
    return Error{value ? ErrorCode::invalid_value : ErrorCode::missing_field, field,
                 value ? text_of(*value) : std::string("not given"), allowed,
                 "give it with the chain: American quotes do not imply it"};
  };
  const bool is_american = terms.exercise == Exercise::american;
  if (terms.spot ? !(*terms.spot > 0.0 && std::isfinite(*terms.spot)) : is_american)
    return refuse("spot", terms.spot, "a finite number above zero");
  if (terms.rate ? !std::isfinite(*terms.rate) : is_american) return refuse("rate", terms.rate, "a finite number");
  return std::nullopt;
}

}  // namespace

std::string_view name(QuoteEnd end) noexcept {
  constexpr std::array<std::string_view, 11> names{"used",      "in_the_money",  "no_bid",       "no_price",
                                                   "crossed",   "bad_strike",    "expired",      "duplicate",
                                                   "no_parity", "out_of_bounds", "no_time_value"};
  return names[static_cast<std::size_t>(end)];
}

Result<ChainReading> read_chain(std::span<const ListedQuote> quotes, const ChainTerms& terms) {
  if (auto flaw = flaw_of_terms(terms)) return *flaw;
  ChainReading reading;
  std::map<Date, Strikes> expiries;
  for (std::size_t row = 0; row < quotes.size(); ++row) {
    reading.ends.push_back(end_alone(quotes[row], terms.today));
    if (reading.ends[row] != QuoteEnd::used) continue;
    Pair& pair = expiries[quotes[row].expiry][quotes[row].strike];
    std::optional<std::size_t>& place = quotes[row].type == OptionType::call ? pair.call : pair.put;
    if (place)
      reading.ends[row] = QuoteEnd::duplicate;
    else
      place = row;
  }
  for (auto& [expiry, strikes] : expiries) {
    const double years = year_fraction_act365f(terms.today, expiry);
    for (const auto& [strike, pair] : strikes)
      for (const auto& row : {pair.call, pair.put})
        if (row) reading.ends[*row] = QuoteEnd::no_parity;
    const ExpiryReader reader(quotes, terms, years, std::move(strikes), reading.ends);
    if (const auto implied = reader.forward()) reader.read(*implied, reading);
  }
  return reading;
}

Result<double> american_implied_volatility(OptionType type, double strike, double years,
                                           const BlackScholes<double>& market, double price) {
  const auto refuse = [](const char* field, double value, std::string allowed) {
    return Error{ErrorCode::invalid_value, field, text_of(value), std::move(allowed),
                 "correct the quote or leave it out"};
  };
  for (const auto& [field, value] : {std::pair{"strike", strike}, {"years", years}, {"spot", market.spot}})
    if (!(value > 0.0 && std::isfinite(value))) return refuse(field, value, "a finite number above zero");
  if (!std::isfinite(market.rate)) return refuse("rate", market.rate, "a finite number");
  if (!std::isfinite(market.dividend_yield)) return refuse("dividend_yield", market.dividend_yield, "a finite number");
  IntegralWorkspace workspace;
  VanillaCase option{type, Exercise::american, strike, years, market, {}};
  const auto miss = [&](double volatility) {
    option.model.volatility = volatility;
    return integral_equation_price(option, IntegralEquation::accurate(), workspace) - price;
  };
  constexpr double low = 1e-3;
  constexpr double high = 5.0;
  if (!std::isfinite(price) || !(miss(low) < 0.0) || !(miss(high) > 0.0))
    return refuse("price", price,
                  "above " + text_of(miss(low) + price) + " and below " + text_of(miss(high) + price) +
                      ", the prices at volatilities of " + text_of(low) + " and " + text_of(high));
  const auto root = brent(miss, low, high, {1e-10, 0.0});
  if (!root) return root.error();
  return root->x;
}

std::vector<CallQuotes> calls_of(std::span<const QuotedExpiry> chain) {
  std::vector<CallQuotes> calls;
  for (const QuotedExpiry& expiry : chain) {
    CallQuotes quotes{expiry.years, {}, {}};
    for (std::size_t i = 0; i < expiry.strikes.size(); ++i) {
      const double moneyness = expiry.strikes[i] / expiry.forward;
      const double price = expiry.prices[i] / (expiry.discount * expiry.forward);
      quotes.moneyness.push_back(moneyness);
      quotes.prices.push_back(expiry.types[i] == OptionType::call ? price : price + (1.0 - moneyness));
    }
    calls.push_back(std::move(quotes));
  }
  return calls;
}

std::vector<std::vector<double>> call_weights(std::span<const QuotedExpiry> chain) {
  std::vector<std::vector<double>> weights;
  for (const QuotedExpiry& expiry : chain) {
    weights.emplace_back();
    const double unit = expiry.discount * expiry.forward;
    for (const double weight : expiry.weights) weights.back().push_back(weight * unit * unit);
  }
  return weights;
}

std::vector<QuotedExpiry> with_calls(std::span<const QuotedExpiry> chain, std::span<const CallQuotes> calls) {
  std::vector<QuotedExpiry> changed(chain.begin(), chain.end());
  for (std::size_t e = 0; e < changed.size(); ++e)
    for (std::size_t i = 0; i < changed[e].prices.size(); ++i) {
      const double parity = changed[e].types[i] == OptionType::call ? 0.0 : 1.0 - calls[e].moneyness[i];
      changed[e].prices[i] = changed[e].discount * changed[e].forward * (calls[e].prices[i] - parity);
    }
  return changed;
}

}  // namespace plimsoll
