#include "plimsoll/numerics/call_arbitrage.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace plimsoll {

namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
constexpr double least_value = 1e-10;  // of a call over the forward, so that every repaired quote is worth something

std::optional<Error> flaw_of_expiry(const CallQuotes& quotes, std::size_t number, double after) {
  const auto refuse = [&](const char* field, std::string value, const char* allowed) {
    return Error{ErrorCode::invalid_value, "expiries[" + std::to_string(number) + "]." + field, std::move(value),
                 allowed, "sort the quotes, and drop duplicates and what is no number"};
  };
  if (!(quotes.years > after && std::isfinite(quotes.years)))
    return refuse("years", text_of(quotes.years), "finite times that rise from above zero");
  if (quotes.moneyness.empty() || quotes.moneyness.size() != quotes.prices.size())
    return refuse("prices", std::to_string(quotes.prices.size()), "as many prices as strikes, at least one");
  double before = 0.0;
  for (std::size_t i = 0; i < quotes.moneyness.size(); ++i) {
    if (!(quotes.moneyness[i] > before && std::isfinite(quotes.moneyness[i])))
      return refuse("moneyness", text_of(quotes.moneyness[i]), "finite strikes that rise from above zero");
    if (!std::isfinite(quotes.prices[i])) return refuse("prices", text_of(quotes.prices[i]), "finite numbers");
    before = quotes.moneyness[i];
  }
  return std::nullopt;
}

std::optional<Error> flaw_of_form(std::span<const CallQuotes> expiries) {
  double after = 0.0;
  for (std::size_t e = 0; e < expiries.size(); ++e) {
    if (auto flaw = flaw_of_expiry(expiries[e], e, after)) return flaw;
    after = expiries[e].years;
  }
  if (!expiries.empty()) return std::nullopt;
  return Error{ErrorCode::invalid_value, "expiries", "none", "at least one", "give the quotes of an expiry"};
}

/// A point of a convex hull: a quote, or the forward itself at strike zero, which is none.
struct HullPoint {
  double moneyness = 0.0;
  double price = 1.0;
  std::size_t quote = none;
};

double on_line(const HullPoint& a, const HullPoint& b, double moneyness) noexcept {
  const double share = (moneyness - a.moneyness) / (b.moneyness - a.moneyness);
  return (1.0 - share) * a.price + share * b.price;
}

/// What bounds a price from above: one point, or a mean of two.
struct Support {
  std::array<HullPoint, 2> points;
  double share = 0.0;  // of the second
  [[nodiscard]] double price() const noexcept { return (1.0 - share) * points[0].price + share * points[1].price; }
};

/// Quotes of all expiries in one list, and their lower hulls.
class QuoteTable {
 public:
  explicit QuoteTable(std::span<const CallQuotes> expiries) {
    for (std::size_t e = 0; e < expiries.size(); ++e)
      for (std::size_t i = 0; i < expiries[e].prices.size(); ++i) {
        addresses_.push_back({e, i});
        moneyness_.push_back(expiries[e].moneyness[i]);
        prices_.push_back(expiries[e].prices[i]);
      }
    by_strike_.resize(prices_.size());
    std::iota(by_strike_.begin(), by_strike_.end(), std::size_t{0});
    std::ranges::stable_sort(by_strike_, {}, [&](std::size_t i) { return moneyness_[i]; });
    count_ = expiries.size();
  }

  [[nodiscard]] std::size_t size() const noexcept { return prices_.size(); }
  [[nodiscard]] std::size_t expiries() const noexcept { return count_; }
  [[nodiscard]] const QuoteAddress& address(std::size_t quote) const { return addresses_[quote]; }
  [[nodiscard]] double moneyness(std::size_t quote) const { return moneyness_[quote]; }
  [[nodiscard]] double floor(std::size_t quote) const { return std::max(1.0 - moneyness_[quote], 0.0) + least_value; }
  std::vector<double>& prices() noexcept { return prices_; }
  [[nodiscard]] const std::vector<double>& prices() const noexcept { return prices_; }

  /// The falling part of the lower hull of the quotes that expire no earlier.
  [[nodiscard]] std::vector<HullPoint> hull_from(std::size_t expiry) const {
    std::vector<HullPoint> hull{HullPoint{}};
    for (const std::size_t i : by_strike_) {
      if (addresses_[i].expiry < expiry) continue;
      const HullPoint next{moneyness_[i], prices_[i], i};
      if (hull.back().moneyness == next.moneyness && hull.back().price <= next.price) continue;
      if (hull.back().moneyness == next.moneyness) hull.pop_back();
      while (hull.size() > 1 && hull.back().price >= on_line(hull[hull.size() - 2], next, hull.back().moneyness))
        hull.pop_back();
      hull.push_back(next);
    }
    while (hull.size() > 1 && hull.back().price >= hull[hull.size() - 2].price) hull.pop_back();
    return hull;
  }

  static Support support(const std::vector<HullPoint>& hull, double moneyness) {
    const auto above = std::ranges::lower_bound(hull, moneyness, {}, &HullPoint::moneyness);
    if (above == hull.end()) return {{hull.back(), hull.back()}, 0.0};
    if (above == hull.begin() || above->moneyness == moneyness) return {{*above, *above}, 0.0};
    const HullPoint& low = *(above - 1);
    return {{low, *above}, (moneyness - low.moneyness) / (above->moneyness - low.moneyness)};
  }

 private:
  std::vector<QuoteAddress> addresses_;
  std::vector<double> moneyness_;
  std::vector<double> prices_;
  std::vector<std::size_t> by_strike_;
  std::size_t count_ = 0;
};

/// A condition: the sum of some prices times their factors is at most `bound`.
struct Condition {
  std::vector<std::pair<std::size_t, double>> factors;
  double bound = 0.0;

  [[nodiscard]] double excess(const std::vector<double>& prices) const {
    double sum = -bound;
    for (const auto& [quote, factor] : factors) sum += factor * prices[quote];
    return sum;
  }
};

Condition not_above(std::size_t quote, const Support& support) {
  Condition condition{{{quote, 1.0}}, 0.0};
  for (const std::size_t p : {std::size_t{0}, std::size_t{1}}) {
    const double weight = p == 0 ? 1.0 - support.share : support.share;
    if (weight == 0.0) continue;
    if (support.points[p].quote == none)
      condition.bound += weight;
    else
      condition.factors.emplace_back(support.points[p].quote, -weight);
  }
  return condition;
}

/// The condition that the prices break by the most, and by how much.
std::pair<double, Condition> worst_condition(const QuoteTable& table) {
  std::pair<double, Condition> worst{0.0, {}};
  for (std::size_t e = 0, quote = 0; e < table.expiries(); ++e) {
    const auto hull = table.hull_from(e);
    for (; quote < table.size() && table.address(quote).expiry == e; ++quote) {
      const double price = table.prices()[quote];
      const Support support = QuoteTable::support(hull, table.moneyness(quote));
      if (price - support.price() > worst.first) worst = {price - support.price(), not_above(quote, support)};
      const double below = table.floor(quote) - price;
      if (below > worst.first) worst = {below, Condition{{{quote, -1.0}}, -table.floor(quote)}};
    }
  }
  return worst;
}

/// The projection's dual: conditions that hold with equality, their multipliers, and the factor of their products.
class ActiveSet {
 public:
  explicit ActiveSet(std::vector<double> inverse_weights) : inverse_(std::move(inverse_weights)) {}

  /// Adds a condition and goes to the projection on what is then active; says whether it could.
  bool add(Condition condition, const std::vector<double>& start) {
    double multiplier = 0.0;
    // Where the new condition depends on the active ones, one of them gives way first.
    while (!append(condition)) {
      std::vector<double> along(active_.size());
      for (std::size_t i = 0; i < along.size(); ++i) along[i] = product(active_[i], condition);
      along = solve(std::move(along));
      const auto [step, blocking] = longest(along);
      if (blocking == none) return false;
      for (std::size_t i = 0; i < along.size(); ++i) multipliers_[i] -= step * along[i];
      multiplier += step;
      drop(blocking);
    }
    active_.push_back(std::move(condition));
    multipliers_.push_back(multiplier);
    settle(start);
    return true;
  }

  void place(const std::vector<double>& start, std::vector<double>& prices) const {
    prices = start;
    for (std::size_t i = 0; i < active_.size(); ++i)
      for (const auto& [quote, factor] : active_[i].factors)
        prices[quote] -= inverse_[quote] * factor * multipliers_[i];
  }

 private:
  [[nodiscard]] double product(const Condition& a, const Condition& b) const {
    double sum = 0.0;
    for (const auto& [quote, factor] : a.factors)
      for (const auto& [other, by] : b.factors)
        if (quote == other) sum += inverse_[quote] * factor * by;
    return sum;
  }

  /// One more row of the Cholesky factor of the conditions' products; false where it would be singular.
  bool append(const Condition& condition) {
    const std::size_t n = factor_.size();
    std::vector<double> row(n + 1);
    const double square = product(condition, condition);
    double pivot = square;
    for (std::size_t i = 0; i < n; ++i) {
      double sum = product(active_[i], condition);
      for (std::size_t k = 0; k < i; ++k) sum -= factor_[i][k] * row[k];
      row[i] = sum / factor_[i][i];
      pivot -= row[i] * row[i];
    }
    if (!(pivot > 1e-12 * square)) return false;
    row[n] = std::sqrt(pivot);
    factor_.push_back(std::move(row));
    return true;
  }

  [[nodiscard]] std::vector<double> solve(std::vector<double> b) const {
    for (std::size_t i = 0; i < b.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) b[i] -= factor_[i][k] * b[k];
      b[i] /= factor_[i][i];
    }
    for (std::size_t i = b.size(); i-- > 0;) {
      b[i] /= factor_[i][i];
      for (std::size_t k = 0; k < i; ++k) b[k] -= factor_[i][k] * b[i];
    }
    return b;
  }

  /// How far the multipliers may go against a direction, and which one stops them.
  [[nodiscard]] std::pair<double, std::size_t> longest(const std::vector<double>& along) const {
    std::pair<double, std::size_t> found{std::numeric_limits<double>::infinity(), none};
    for (std::size_t i = 0; i < along.size(); ++i)
      if (along[i] > 0.0 && multipliers_[i] / along[i] < found.first) found = {multipliers_[i] / along[i], i};
    return found;
  }

  void drop(std::size_t which) {
    const auto at = static_cast<std::ptrdiff_t>(which);
    active_.erase(active_.begin() + at);
    multipliers_.erase(multipliers_.begin() + at);
    // The rows before it stay; those after are made anew.
    std::vector<Condition> after(active_.begin() + at, active_.end());
    active_.resize(which);
    factor_.resize(which);
    std::vector<double> kept(multipliers_.begin(), multipliers_.begin() + at);
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (!append(after[i])) continue;  // rounding alone: a part of an independent set is independent
      active_.push_back(std::move(after[i]));
      kept.push_back(multipliers_[which + i]);
    }
    multipliers_ = std::move(kept);
  }

  /// Multipliers of the projection on the active conditions, of which those that would pull are dropped on the way.
  void settle(const std::vector<double>& start) {
    while (!active_.empty()) {
      std::vector<double> wanted(active_.size());
      for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = active_[i].excess(start);
      wanted = solve(std::move(wanted));
      double step = 1.0;
      std::size_t blocking = none;
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] > 0.0) continue;
        const double reach = multipliers_[i] / (multipliers_[i] - wanted[i]);
        if (!(reach < step)) continue;
        step = reach;
        blocking = i;
      }
      for (std::size_t i = 0; i < wanted.size(); ++i) multipliers_[i] += step * (wanted[i] - multipliers_[i]);
      if (blocking == none) return;
      drop(blocking);
    }
  }

  std::vector<double> inverse_;
  std::vector<Condition> active_;
  std::vector<double> multipliers_;
  std::vector<std::vector<double>> factor_;
};

/// Puts every quote on the hull of those that expire no earlier, from the last expiry back: what rounding left goes.
void settle_on_hulls(QuoteTable& table) {
  for (std::size_t e = table.expiries(); e-- > 0;) {
    const auto hull = table.hull_from(e);
    for (std::size_t i = 0; i < table.size(); ++i)
      if (table.address(i).expiry == e)
        table.prices()[i] = std::min(table.prices()[i], QuoteTable::support(hull, table.moneyness(i)).price());
  }
}

Result<std::vector<double>> inverse_weights(std::span<const CallQuotes> expiries,
                                            std::span<const std::vector<double>> weights) {
  std::vector<double> inverse;
  for (std::size_t e = 0; e < expiries.size(); ++e) {
    const std::size_t count = expiries[e].prices.size();
    if (weights.empty()) {
      inverse.insert(inverse.end(), count, 1.0);
      continue;
    }
    if (weights.size() != expiries.size() || weights[e].size() != count)
      return Error{ErrorCode::invalid_value, "weights", std::to_string(weights.size()) + " lists",
                   "a weight for each quote, or none at all", "give as many weights as prices"};
    for (const double weight : weights[e]) {
      if (!(weight > 0.0 && std::isfinite(weight)))
        return Error{ErrorCode::invalid_value, "weights", text_of(weight), "finite numbers above zero",
                     "leave out a quote that is not to count"};
      inverse.push_back(1.0 / weight);
    }
  }
  // The multipliers' scale is that of the weights; the moves do not depend on it.
  const double largest = *std::ranges::max_element(inverse);
  for (double& entry : inverse) entry /= largest;
  return inverse;
}

RepairedCalls report_of(std::span<const CallQuotes> before, const QuoteTable& table,
                        std::span<const std::vector<double>> weights, int steps) {
  RepairedCalls report{{before.begin(), before.end()}, {}, 0.0, 0.0, steps};
  for (const CallQuotes& quotes : before) report.moves.emplace_back(quotes.prices.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto [expiry, place] = table.address(i);
    const double move = table.prices()[i] - before[expiry].prices[place];
    report.expiries[expiry].prices[place] = table.prices()[i];
    report.moves[expiry][place] = move;
    report.largest_move = std::max(report.largest_move, std::abs(move));
    report.distance += (weights.empty() ? 1.0 : weights[expiry][place]) * move * move;
  }
  report.distance = std::sqrt(report.distance);
  return report;
}

void add_flaws_of_expiry(const CallQuotes& quotes, std::size_t e, double tolerance, std::vector<ArbitrageFlaw>& flaws) {
  const auto& k = quotes.moneyness;
  const auto& c = quotes.prices;
  for (std::size_t i = 0; i < c.size(); ++i) {
    const double beyond = std::max(std::max(1.0 - k[i], 0.0) - c[i], c[i] - 1.0);
    if (beyond > tolerance) flaws.push_back({ArbitrageKind::bounds, {e, i}, {}, beyond});
    if (i > 0 && c[i] - c[i - 1] > tolerance)
      flaws.push_back({ArbitrageKind::spread, {e, i}, {{e, i - 1}}, c[i] - c[i - 1]});
    if (i + 1 == c.size()) continue;
    const HullPoint low = i == 0 ? HullPoint{} : HullPoint{k[i - 1], c[i - 1], i - 1};
    const double above = c[i] - on_line(low, {k[i + 1], c[i + 1], i + 1}, k[i]);
    if (!(above > tolerance)) continue;
    flaws.push_back({ArbitrageKind::butterfly, {e, i}, {}, above});
    if (i > 0) flaws.back().against.push_back({e, i - 1});
    flaws.back().against.push_back({e, i + 1});
  }
}

}  // namespace

std::string_view name(ArbitrageKind kind) noexcept {
  constexpr std::array<std::string_view, 4> names{"bounds", "spread", "butterfly", "calendar"};
  return names[static_cast<std::size_t>(kind)];
}

Result<std::vector<ArbitrageFlaw>> find_arbitrage(std::span<const CallQuotes> expiries, double tolerance) {
  if (auto flaw = flaw_of_form(expiries)) return *flaw;
  const QuoteTable table(expiries);
  std::vector<ArbitrageFlaw> flaws;
  for (std::size_t e = 0, quote = 0; e < expiries.size(); ++e) {
    add_flaws_of_expiry(expiries[e], e, tolerance, flaws);
    const auto hull = table.hull_from(e);
    for (; quote < table.size() && table.address(quote).expiry == e; ++quote) {
      const Support support = QuoteTable::support(hull, table.moneyness(quote));
      const double excess = table.prices()[quote] - support.price();
      if (!(excess > tolerance)) continue;
      ArbitrageFlaw flaw{ArbitrageKind::calendar, table.address(quote), {}, excess};
      bool is_later = false;
      const std::size_t points = support.share > 0.0 ? 2 : 1;
      for (std::size_t p = 0; p < points; ++p) {
        if (support.points[p].quote == none) continue;
        flaw.against.push_back(table.address(support.points[p].quote));
        is_later = is_later || flaw.against.back().expiry > e;
      }
      if (is_later) flaws.push_back(std::move(flaw));
    }
  }
  return flaws;
}

Result<RepairedCalls> nearest_without_arbitrage(std::span<const CallQuotes> expiries,
                                                std::span<const std::vector<double>> weights) {
  if (auto flaw = flaw_of_form(expiries)) return *flaw;
  auto inverse = inverse_weights(expiries, weights);
  if (!inverse) return inverse.error();
  QuoteTable table(expiries);
  const std::vector<double> start = table.prices();
  ActiveSet active(*std::move(inverse));
  constexpr double settled = 1e-12;  // of the forward: what is left below it goes with the hulls
  const int most_steps = 100 * static_cast<int>(table.size());
  int steps = 0;
  for (auto worst = worst_condition(table); worst.first > settled; worst = worst_condition(table), ++steps) {
    if (steps == most_steps || !active.add(std::move(worst.second), start))
      return Error{ErrorCode::not_converged, "prices", text_of(worst.first) + " of arbitrage left",
                   "prices that a projection can mend", "leave out the quotes that find_arbitrage names"};
    active.place(start, table.prices());
  }
  settle_on_hulls(table);
  return report_of(expiries, table, weights, steps);
}

}  // namespace plimsoll
