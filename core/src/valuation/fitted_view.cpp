#include "plimsoll/valuation/fitted_view.hpp"

#include "plimsoll/method/closed_form/implied_volatility.hpp"
#include "plimsoll/numerics/normal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace plimsoll {

namespace {

constexpr std::size_t carry_fields = 3;  // spot, rate, dividend_yield

/// The model with one parameter moved, in the order of the fit: of a surface the rises of its variance come first.
struct Moved {
  std::size_t place;
  double by;

  FittedModel operator()(Ssvi<double> model) const {
    const std::size_t count = model.variances.size();
    if (place < count)
      for (std::size_t i = place; i < count; ++i) model.variances[i] += by;
    else
      (place == count ? model.correlation : place == count + 1 ? model.steepness : model.exponent) += by;
    return model;
  }
  template <class Model>
  FittedModel operator()(Model model) const {
    std::size_t i = 0;
    for_each_field(model, [&](std::string_view, double& number) {
      if (i++ == place + carry_fields) number += by;
    });
    return model;
  }
};

std::optional<Error> flaw_of(const FittedModel& model) {
  return std::visit([](const auto& terms) { return find_flaw(terms); }, model);
}

/// Prices of the candidates, each run of one time and type as a ladder.
Result<std::vector<double>> candidate_prices(const FittedModel& model, const ImpliedCarry& carry,
                                             std::span<const CandidateQuote> candidates) {
  std::vector<double> prices;
  for (std::size_t begin = 0; begin < candidates.size(); begin = prices.size()) {
    StrikeLadder ladder{candidates[begin].type, candidates[begin].years, {}};
    for (std::size_t i = begin;
         i < candidates.size() && candidates[i].type == ladder.type && candidates[i].years == ladder.expiry; ++i)
      ladder.strikes.push_back(candidates[i].strike);
    const auto found = fitted_prices(ladder, model, carry, Checked::no);
    if (!found) return found.error();
    for (const FittedPrice& price : *found) prices.push_back(price.price);
  }
  return prices;
}

/// Prices of trades, each or its refusal, and of all candidates.
struct Prices {
  std::vector<Result<FittedPrice>> trades;
  std::vector<double> candidates;
};

struct Everything {
  const ImpliedCarry& carry;
  std::span<const Product> products;
  std::span<const CandidateQuote> candidates;
  const PathPlan& plan;

  [[nodiscard]] Result<Prices> under(const FittedModel& model) const {
    auto quoted = candidate_prices(model, carry, candidates);
    if (!quoted) return quoted.error();
    Prices prices{{}, *std::move(quoted)};
    for (const Product& product : products)
      prices.trades.push_back(fitted_price(product, model, carry, plan, Checked::no));
    return prices;
  }
};

/// Columns that make up a covariance: C is the sum over them of the column times itself; none of a parameter that is
/// certain. Source: Cholesky's factor, Golub & Van Loan (2013), alg. 4.2.1, with pivots that are all but zero left out.
std::vector<std::vector<double>> directions_of(Matrix left) {
  constexpr double negligible = 1e-12;
  const std::size_t count = left.rows();
  std::vector<double> sizes;
  for (std::size_t i = 0; i < count; ++i) sizes.push_back(left(i, i));
  std::vector<std::vector<double>> directions;
  for (std::size_t pivot = 0; pivot < count; ++pivot) {
    if (!(left(pivot, pivot) > negligible * sizes[pivot])) continue;
    std::vector<double> column(count, 0.0);
    for (std::size_t i = pivot; i < count; ++i) column[i] = left(i, pivot) / std::sqrt(left(pivot, pivot));
    for (std::size_t i = pivot; i < count; ++i)
      for (std::size_t k = pivot; k < count; ++k) left(i, k) -= column[i] * column[k];
    directions.push_back(std::move(column));
  }
  return directions;
}

FittedModel moved_along(FittedModel model, const std::vector<double>& direction, double share) {
  for (std::size_t i = 0; i < direction.size(); ++i) model = std::visit(Moved{i, share * direction[i]}, model);
  return model;
}

/// Derivatives along the directions, row by direction: of trades, then of candidates. A trade that has no price on one
/// of the sides has its refusal in place of derivatives.
struct Slopes {
  Matrix by_direction;
  std::vector<std::optional<Error>> refusals;

  void set_trade(std::size_t direction, std::size_t trade, const Result<FittedPrice>& up,
                 const Result<FittedPrice>& down, double step) {
    if (up && down)
      by_direction(direction, trade) = (up->price - down->price) / (2.0 * step);
    else if (!refusals[trade])
      refusals[trade] = up ? down.error() : up.error();
  }
};

/// Central differences of a share of each direction, halved until both sides are within the model's range; nothing
/// moves where none is.
Result<Slopes> derivatives(const UncertainModel& model, const Everything& everything, double share) {
  constexpr double least_share = 1e-4;
  const auto directions = directions_of(model.covariance);
  const std::size_t trades = everything.products.size();
  const std::size_t candidates = everything.candidates.size();
  Slopes slopes{Matrix(directions.size(), trades + candidates), std::vector<std::optional<Error>>(trades)};
  for (std::size_t i = 0; i < directions.size() && trades + candidates > 0; ++i) {
    double step = share;
    const auto leaves = [&](double side) { return flaw_of(moved_along(model.model, directions[i], side * step)); };
    while (step > least_share && (leaves(1.0) || leaves(-1.0))) step *= 0.5;
    if (leaves(1.0) || leaves(-1.0)) continue;
    const auto up = everything.under(moved_along(model.model, directions[i], step));
    if (!up) return up.error();
    const auto down = everything.under(moved_along(model.model, directions[i], -step));
    if (!down) return down.error();
    for (std::size_t k = 0; k < trades; ++k) slopes.set_trade(i, k, up->trades[k], down->trades[k], step);
    for (std::size_t k = 0; k < candidates; ++k)
      slopes.by_direction(i, trades + k) = (up->candidates[k] - down->candidates[k]) / (2.0 * step);
  }
  return slopes;
}

/// Covariance of two values from their derivatives along the directions.
double covariance_of(const Matrix& one, std::size_t a, const Matrix& other, std::size_t b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < one.rows(); ++i) sum += one(i, a) * other(i, b);
  return sum;
}

std::optional<double> volatility_of(const QuotedExpiry& expiry, std::size_t quote, double price) {
  const auto found = implied_volatility(
      {expiry.types[quote], expiry.strikes[quote], expiry.years, expiry.forward, expiry.discount, price});
  if (!found) return std::nullopt;
  return *found;
}

std::optional<Error> flaw_of_grid(const CandidateGrid& grid) {
  const auto refuse = [](const char* field, double value) {
    return Error{ErrorCode::invalid_value, field, text_of(value), "a finite number above zero", "correct the grid"};
  };
  for (const double years : grid.years)
    if (!(years > 0.0 && std::isfinite(years))) return refuse("years", years);
  if (!(grid.volatility_width > 0.0 && std::isfinite(grid.volatility_width)))
    return refuse("volatility_width", grid.volatility_width);
  if (!(grid.least_width > 0.0 && std::isfinite(grid.least_width))) return refuse("least_width", grid.least_width);
  return std::nullopt;
}

bool is_quoted(std::span<const QuotedExpiry> chain, double years, double strike) {
  constexpr double near = 1e-3;
  return std::ranges::any_of(chain, [&](const QuotedExpiry& expiry) {
    return std::abs(expiry.years - years) < near * years &&
           std::ranges::any_of(expiry.strikes, [&](double other) { return std::abs(other - strike) < near * strike; });
  });
}

}  // namespace

ImpliedCarry carry_of(double spot, std::span<const QuotedExpiry> chain) {
  ImpliedCarry carry{spot, {}, {}, {}};
  for (const QuotedExpiry& expiry : chain) {
    carry.years.push_back(expiry.years);
    carry.forwards.push_back(expiry.forward);
    carry.discounts.push_back(expiry.discount);
  }
  return carry;
}

Result<FitQuality> fit_quality(std::span<const QuotedExpiry> chain, std::span<const double> residuals) {
  if (auto flaw = find_flaw(chain)) return *flaw;
  std::size_t count = 0;
  for (const QuotedExpiry& expiry : chain) count += expiry.strikes.size();
  if (count != residuals.size() || count == 0)
    return Error{ErrorCode::invalid_value, "residuals", std::to_string(residuals.size()),
                 std::to_string(count) + ", one for each quote", "give those of a fit to this chain"};
  FitQuality quality;
  double squares = 0.0;
  double half_spreads = 0.0;
  std::size_t quote = 0;
  for (const QuotedExpiry& expiry : chain)
    for (std::size_t i = 0; i < expiry.strikes.size(); ++i, ++quote) {
      half_spreads += residuals[quote] * residuals[quote];
      if (!(expiry.weights[i] > 0.0)) continue;
      const auto quoted = volatility_of(expiry, i, expiry.prices[i]);
      const auto fitted = volatility_of(expiry, i, expiry.prices[i] + residuals[quote] / std::sqrt(expiry.weights[i]));
      if (!quoted) continue;
      const double miss = fitted.value_or(0.0) - *quoted;
      squares += miss * miss;
      quality.worst_volatility = std::max(quality.worst_volatility, std::abs(miss));
      ++quality.inverted;
    }
  quality.volatility_rmse = std::sqrt(squares / static_cast<double>(quality.inverted));
  quality.half_spread_rmse = std::sqrt(half_spreads / static_cast<double>(count));
  return quality;
}

Result<std::vector<CandidateQuote>> candidate_quotes(std::span<const QuotedExpiry> chain, const ImpliedCarry& carry,
                                                     const CandidateGrid& grid) {
  if (auto flaw = find_flaw(chain)) return *flaw;
  if (auto flaw = find_flaw(carry)) return *flaw;
  if (auto flaw = flaw_of_grid(grid)) return *flaw;
  const auto surface = ssvi_start(chain);  // its variances at the forward, made not to fall
  if (!surface) return surface.error();
  std::vector<double> times = grid.years;
  std::ranges::sort(times);
  times.erase(std::ranges::unique(times).begin(), times.end());
  std::vector<double> deviations = grid.deviations;
  std::ranges::sort(deviations);
  std::vector<CandidateQuote> found;
  for (const double years : times) {
    const CarryTo to = carry_to(carry, years);
    const double deviation = std::sqrt(variance_at_forward(*surface, years));
    for (const double place : deviations) {
      const double strike = to.forward * std::exp(place * deviation);
      if (is_quoted(chain, years, strike)) continue;
      const double unit = to.discount * to.forward;
      const double vega = unit * normal_pdf(0.5 * deviation - place) * std::sqrt(years);
      const double width = std::max(vega * grid.volatility_width, unit * grid.least_width);
      if (!(strike > 0.0 && std::isfinite(strike) && width > 0.0 && std::isfinite(width))) continue;
      found.push_back({strike < to.forward ? OptionType::put : OptionType::call, years, strike, width});
    }
  }
  return found;
}

Result<FittedView> fitted_view(const UncertainModel& model, const ImpliedCarry& carry, std::span<const Trade> trades,
                               Date today, std::span<const CandidateQuote> candidates, const PathPlan& plan) {
  // A price along paths moves with noise: there the step is a whole standard deviation, elsewhere a small part of it.
  constexpr double whole = 1.0;
  constexpr double part = 1.0 / 64.0;
  if (auto flaw = flaw_of(model.model)) return *flaw;
  if (auto flaw = find_flaw(plan)) return *flaw;
  const auto quoted = candidate_prices(model.model, carry, candidates);
  if (!quoted) return quoted.error();
  FittedView view;
  std::vector<Product> smooth;
  std::vector<Product> simulated;
  for (const Trade& trade : trades) {
    const auto product = resolve(trade, today);
    const auto price =
        product ? fitted_price(*product, model.model, carry, plan, Checked::yes) : Result<FittedPrice>(product.error());
    view.views.push_back({0.0,
                          *quoted,
                          {},
                          {},
                          static_cast<double>(model.quality.inverted),
                          model.quality.half_spread_rmse,
                          model.quality.volatility_rmse});
    if (price) {
      (price->method == "paths" ? simulated : smooth).push_back(*product);
      view.trades.emplace_back(FittedValue{price->price, price->error, 0.0, price->method});
    } else {
      view.trades.emplace_back(price.error());
    }
  }
  PathPlan fewer = plan;
  fewer.paths = std::max(plan.paths / 4, std::int64_t{256});
  const auto of_smooth = derivatives(model, {carry, smooth, candidates, fewer}, part);
  if (!of_smooth) return of_smooth.error();
  const auto of_simulated = derivatives(model, {carry, simulated, {}, fewer}, whole);
  if (!of_simulated) return of_simulated.error();
  std::size_t next_smooth = 0;
  std::size_t next_simulated = 0;
  for (std::size_t i = 0; i < trades.size(); ++i) {
    auto& trade = view.trades[i];
    ModelView& one = view.views[i];
    if (!trade) {
      one = {};
      continue;
    }
    const bool is_simulated = trade->method == "paths";
    const Slopes& found = is_simulated ? *of_simulated : *of_smooth;
    const std::size_t place = is_simulated ? next_simulated++ : next_smooth++;
    if (const auto& refusal = found.refusals[place]) {
      trade = *refusal;
      one = {};
      continue;
    }
    const Matrix& slopes = found.by_direction;
    const Matrix& quotes = of_smooth->by_direction;
    trade->deviation = std::sqrt(model.scatter * covariance_of(slopes, place, slopes, place));
    one.value = trade->price;
    for (std::size_t k = smooth.size(); k < smooth.size() + candidates.size(); ++k) {
      one.variances.push_back(covariance_of(quotes, k, quotes, k));
      one.covariances.push_back(covariance_of(slopes, place, quotes, k));
    }
  }
  return view;
}

Result<ModelRange> range_of(const Trade& trade, std::span<const double> values, std::size_t marked) {
  return model_range(values, marked, trade.quantity * trade.multiplier);
}

}  // namespace plimsoll
