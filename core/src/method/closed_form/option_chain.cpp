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

/// A call less its put at a strike, how wide both are quoted, their rows, by how much they may miss parity, and by
/// how many of that they do.
struct ParityPoint {
  double strike, difference, quoted;
  std::size_t call, put;
  double spread = 0.0;
  double excess = 0.0;
};

constexpr double least_spread = 1e-6;  // of strike or forward: prices are not known better
constexpr std::size_t most_scattered = 512;

double middle(const ListedQuote& quote) noexcept { return 0.5 * (quote.bid + quote.ask); }

QuoteEnd end_alone(const ListedQuote& quote, Date today) noexcept {
  if (!(quote.strike > 0.0 && std::isfinite(quote.strike))) return QuoteEnd::bad_strike;
  if (quote.expiry <= today) return QuoteEnd::expired;
  const bool is_priced = quote.ask >= 0.0 && std::isfinite(quote.ask);
  if (!is_priced || quote.bid < 0.0 || std::isinf(quote.bid)) return QuoteEnd::no_price;
  if (std::isnan(quote.bid) || quote.bid == 0.0) return QuoteEnd::no_bid;
  return quote.bid > quote.ask ? QuoteEnd::crossed : QuoteEnd::used;
}

/// Of at least one number.
double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::ranges::nth_element(numbers, middle);
  return *middle;
}

/// The slope of the differences by repeated medians, which half of the pairs, if they are wrong, do not move.
double slope_of_medians(const std::vector<ParityPoint>& points) {
  std::vector<double> slopes;
  for (const ParityPoint& from : points) {
    std::vector<double> rays;
    for (const ParityPoint& to : points)
      if (to.strike != from.strike) rays.push_back((to.difference - from.difference) / (to.strike - from.strike));
    slopes.push_back(median(std::move(rays)));
  }
  return median(std::move(slopes));
}

/// How far each pair misses the line of medians. Of very many pairs some tell its slope.
std::vector<double> misses_of_medians(const std::vector<ParityPoint>& points, double years, const ChainTerms& terms) {
  std::vector<double> misses(points.size(), 0.0);
  if (points.size() < 2) return misses;
  std::vector<ParityPoint> some;
  for (std::size_t i = 0; i < points.size(); i += (points.size() - 1) / most_scattered + 1) some.push_back(points[i]);
  const double slope = terms.rate ? -std::exp(-*terms.rate * years) : slope_of_medians(some);
  for (std::size_t i = 0; i < points.size(); ++i) misses[i] = points[i].difference - slope * points[i].strike;
  const double level = median(misses);
  for (double& miss : misses) miss = std::abs(miss - level);
  return misses;
}

/// Three deviations of what the pairs miss a line of so many numbers by: of a normal error the median miss is 1
/// / 1.4826 deviations, and five over the pairs to spare is what few of them understate it by. As many of the smallest
/// misses as the line has numbers are its own doing and do not count. Zero where there are no others. Source: Rousseeuw
/// & Leroy (1987), Robust Regression and Outlier Detection, sec. 5.1, for both factors.
double scatter_of(std::vector<double> misses, std::size_t numbers) {
  if (misses.size() <= numbers) return 0.0;
  std::ranges::sort(misses);
  const std::size_t spare = misses.size() - numbers;
  return 3.0 * 1.4826 * (1.0 + 5.0 / static_cast<double>(spare)) * misses[numbers + (spare - 1) / 2];
}

/// Intercept and slope of the differences by weighted least squares, as forward and discount factor.
std::optional<ImpliedForward> fitted(const std::vector<ParityPoint>& points, double years, const ChainTerms& terms) {
  double weights = 0.0;
  double strike = 0.0;
  double difference = 0.0;
  const auto weight_of = [](const ParityPoint& point) { return std::pow(point.spread, -2); };
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
  ImpliedForward found{years, strike + difference / discount, discount, points.size(), 0.0, {}, false};
  if (!(found.forward > 0.0)) return std::nullopt;
  for (const ParityPoint& point : points)
    found.miss += std::abs(point.difference - found.discount * (found.forward - point.strike)) /
                  static_cast<double>(points.size());
  return found;
}

/// The same without the pairs that miss the line of medians by more than both spreads, which a wrong pair does not pull
/// to itself: the worst goes first, while more than half of them and two are left.
std::optional<ImpliedForward> parity(std::vector<ParityPoint> points, double years, const ChainTerms& terms) {
  const std::size_t enough = std::max<std::size_t>(points.size() / 2, 2);
  const std::vector<double> misses = misses_of_medians(points, years, terms);
  const double scatter = scatter_of(misses, terms.rate ? 1 : 2);
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i].spread = std::max({points[i].quoted, scatter, least_spread * points[i].strike});
    points[i].excess = misses[i] / points[i].spread;
  }
  std::vector<std::size_t> left_out;
  while (points.size() > enough) {
    const auto worst = std::ranges::max_element(points, {}, &ParityPoint::excess);
    if (worst->excess <= 1.0) break;
    left_out.insert(left_out.end(), {worst->call, worst->put});
    points.erase(worst);
  }
  auto found = fitted(points, years, terms);
  if (!found) return std::nullopt;
  found->left_out = std::move(left_out);
  std::vector<double> spreads;
  for (const ParityPoint& point : points) spreads.push_back(point.quoted);
  const double spread = median(std::move(spreads));
  found->misses_beyond_spread = spread > 0.0 && found->miss > spread;
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
      found.push_back({strike, *call - *put, c.ask - c.bid + p.ask - p.bid, *pair.call, *pair.put});
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
    const double weight = std::pow(std::max(unit, least_spread * expiry.forward), -2);
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
  const bool is_american = terms.exercise == Exercise::american;
  const auto refuse = [&](const char* field, const std::optional<double>& value, const char* allowed) {
    return Error{value ? ErrorCode::invalid_value : ErrorCode::missing_field, field,
                 value ? text_of(*value) : std::string("not given"), allowed,
                 is_american ? "give it with the chain: American quotes do not imply it"
                             : "correct it or leave it out: European quotes do not need it"};
  };
  if (terms.spot ? !(*terms.spot > 0.0 && std::isfinite(*terms.spot)) : is_american)
    return refuse("spot", terms.spot, "a finite number above zero");
  if (terms.rate ? !std::isfinite(*terms.rate) : is_american) return refuse("rate", terms.rate, "a finite number");
  return std::nullopt;
}

Error wrong_size(std::string field, std::size_t count, std::size_t wanted, const char* of) {
  return {ErrorCode::invalid_value, std::move(field), std::to_string(count),
          std::to_string(wanted) + ", as many as " + of, "give one for each"};
}

std::optional<Error> flaw_of_sizes(std::span<const QuotedExpiry> chain) {
  for (std::size_t e = 0; e < chain.size(); ++e) {
    const std::size_t count = chain[e].strikes.size();
    for (const auto& [field, size] : {std::pair{"types", chain[e].types.size()},
                                      {"prices", chain[e].prices.size()},
                                      {"weights", chain[e].weights.size()}})
      if (size != count) return wrong_size("chain[" + std::to_string(e) + "]." + field, size, count, "strikes");
  }
  return std::nullopt;
}

std::optional<Error> flaw_of_calls(std::span<const QuotedExpiry> chain, std::span<const CallQuotes> calls) {
  if (calls.size() != chain.size()) return wrong_size("calls", calls.size(), chain.size(), "expiries");
  for (std::size_t e = 0; e < chain.size(); ++e) {
    const std::size_t count = chain[e].strikes.size();
    for (const auto& [field, size] :
         {std::pair{"moneyness", calls[e].moneyness.size()}, {"prices", calls[e].prices.size()}})
      if (size != count) return wrong_size("calls[" + std::to_string(e) + "]." + field, size, count, "strikes");
  }
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

Result<std::vector<CallQuotes>> calls_of(std::span<const QuotedExpiry> chain) {
  if (auto flaw = flaw_of_sizes(chain)) return *flaw;
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

Result<std::vector<std::vector<double>>> call_weights(std::span<const QuotedExpiry> chain) {
  if (auto flaw = flaw_of_sizes(chain)) return *flaw;
  std::vector<std::vector<double>> weights;
  for (const QuotedExpiry& expiry : chain) {
    weights.emplace_back();
    const double unit = expiry.discount * expiry.forward;
    for (const double weight : expiry.weights) weights.back().push_back(weight * unit * unit);
  }
  return weights;
}

Result<std::vector<QuotedExpiry>> with_calls(std::span<const QuotedExpiry> chain, std::span<const CallQuotes> calls) {
  if (auto flaw = flaw_of_sizes(chain)) return *flaw;
  if (auto flaw = flaw_of_calls(chain, calls)) return *flaw;
  std::vector<QuotedExpiry> changed(chain.begin(), chain.end());
  for (std::size_t e = 0; e < changed.size(); ++e)
    for (std::size_t i = 0; i < changed[e].prices.size(); ++i) {
      const double parity = changed[e].types[i] == OptionType::call ? 0.0 : 1.0 - calls[e].moneyness[i];
      changed[e].prices[i] = changed[e].discount * changed[e].forward * (calls[e].prices[i] - parity);
    }
  return changed;
}

}  // namespace plimsoll
