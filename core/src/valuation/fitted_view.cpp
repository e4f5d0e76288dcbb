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

/// The parameters in the order of the fit: of a surface the rises of its variance come first.
struct Parameters {
  std::vector<double> operator()(const Ssvi<double>& model) const {
    std::vector<double> numbers;
    double before = 0.0;
    for (const double variance : model.variances) numbers.push_back(variance - std::exchange(before, variance));
    numbers.insert(numbers.end(), {model.correlation, model.steepness, model.exponent});
    return numbers;
  }
  template <class Model>
  std::vector<double> operator()(const Model& model) const {
    std::vector<double> numbers;
    for_each_field(model, [&](std::string_view, double number) { numbers.push_back(number); });
    return {numbers.begin() + carry_fields, numbers.end()};
  }
};

/// The model with one parameter moved.
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

/// Prices of all trades that have one, then of all candidates.
struct Everything {
  const ImpliedCarry& carry;
  std::span<const Product> products;
  std::span<const CandidateQuote> candidates;
  const PathPlan& plan;

  [[nodiscard]] Result<std::vector<double>> under(const FittedModel& model) const {
    if (auto flaw = flaw_of(model)) return *flaw;
    std::vector<double> prices;
    for (const Product& product : products) {
      const auto price = fitted_price(product, model, carry, plan, Checked::no);
      if (!price) return price.error();
      prices.push_back(price->price);
    }
    const auto quoted = candidate_prices(model, carry, candidates);
    if (!quoted) return quoted.error();
    prices.insert(prices.end(), quoted->begin(), quoted->end());
    return prices;
  }
};

/// Derivatives of everything, row by parameter; from one side where the other leaves the model's range.
Result<Matrix> derivatives(const UncertainModel& model, const Everything& everything) {
  constexpr double share = 1e-3;
  constexpr double least_size = 1e-3;
  const std::vector<double> at = std::visit(Parameters{}, model.model);
  Matrix slopes(at.size(), everything.products.size() + everything.candidates.size());
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (!(model.covariance(i, i) > 0.0)) continue;
    const double step = share * std::max(std::abs(at[i]), least_size);
    const FittedModel above = std::visit(Moved{i, step}, model.model);
    const FittedModel below = std::visit(Moved{i, -step}, model.model);
    const bool has_above = !flaw_of(above);
    const bool has_below = !flaw_of(below);
    const auto up = everything.under(has_above ? above : model.model);
    if (!up) return up.error();
    const auto down = everything.under(has_below ? below : model.model);
    if (!down) return down.error();
    const double distance = (has_above ? step : 0.0) + (has_below ? step : 0.0);
    for (std::size_t k = 0; k < up->size() && distance > 0.0; ++k) slopes(i, k) = ((*up)[k] - (*down)[k]) / distance;
  }
  return slopes;
}

/// g' C h of two columns of the derivatives.
double covariance_of(const Matrix& covariance, const Matrix& slopes, std::size_t one, std::size_t other) {
  double sum = 0.0;
  for (std::size_t i = 0; i < slopes.rows(); ++i)
    for (std::size_t k = 0; k < slopes.rows(); ++k) sum += slopes(i, one) * covariance(i, k) * slopes(k, other);
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
      if (!quoted || !fitted) continue;
      const double miss = *fitted - *quoted;
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
      found.push_back({strike < to.forward ? OptionType::put : OptionType::call, years, strike,
                       std::max(vega * grid.volatility_width, unit * grid.least_width)});
    }
  }
  return found;
}

Result<FittedView> fitted_view(const UncertainModel& model, const ImpliedCarry& carry, std::span<const Trade> trades,
                               Date today, std::span<const CandidateQuote> candidates, const PathPlan& plan) {
  if (auto flaw = flaw_of(model.model)) return *flaw;
  if (auto flaw = find_flaw(plan)) return *flaw;
  const auto quoted = candidate_prices(model.model, carry, candidates);
  if (!quoted) return quoted.error();
  FittedView view;
  std::vector<Product> products;
  for (const Trade& trade : trades) {
    const auto product = resolve(trade, today);
    const auto price =
        product ? fitted_price(*product, model.model, carry, plan, Checked::yes) : Result<FittedPrice>(product.error());
    if (price) {
      products.push_back(*product);
      view.trades.emplace_back(FittedValue{price->price, price->error, 0.0, price->method});
    } else {
      view.trades.emplace_back(price.error());
    }
  }
  PathPlan fewer = plan;
  fewer.paths = std::max(plan.paths / 4, std::int64_t{256});
  const auto slopes = derivatives(model, {carry, products, candidates, fewer});
  if (!slopes) return slopes.error();
  std::vector<double> variances;
  for (std::size_t k = 0; k < candidates.size(); ++k)
    variances.push_back(covariance_of(model.covariance, *slopes, products.size() + k, products.size() + k));
  const FitQuality& fit = model.quality;
  const auto fitted = static_cast<double>(fit.inverted);
  std::size_t priced = 0;
  for (auto& trade : view.trades) {
    if (!trade) {
      view.views.emplace_back();
      continue;
    }
    const double variance = model.scatter * covariance_of(model.covariance, *slopes, priced, priced);
    trade->deviation = std::sqrt(std::max(variance, 0.0));
    ModelView& one = view.views.emplace_back(
        ModelView{trade->price, *quoted, variances, {}, fitted, fit.half_spread_rmse, fit.volatility_rmse});
    for (std::size_t k = 0; k < candidates.size(); ++k)
      one.covariances.push_back(covariance_of(model.covariance, *slopes, priced, products.size() + k));
    ++priced;
  }
  return view;
}

Result<ModelRange> range_of(const Trade& trade, std::span<const double> values, std::size_t marked) {
  return model_range(values, marked, trade.quantity * trade.multiplier);
}

}  // namespace plimsoll
