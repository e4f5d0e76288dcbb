#include "plimsoll/scenario/position_template.hpp"

#include "plimsoll/market/volatility_surface.hpp"
#include "plimsoll/statistics/check.hpp"
#include "plimsoll/valuation/bulk.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace plimsoll {
namespace {

constexpr std::size_t rows_in_chunk = 64;  // bounds the memory of the option columns
constexpr int most_threads = 256;

/// Options to be valued by one method, and where their prices belong.
struct Batch {
  std::vector<std::uint8_t> type, exercise;
  std::vector<double> spot, strike, years, rate, dividend_yield, volatility, price;
  std::vector<std::int32_t> status;

  void clear() {
    type.clear();
    exercise.clear();
    for (auto* column : {&spot, &strike, &years, &rate, &dividend_yield, &volatility}) column->clear();
  }

  std::optional<Error> value(const Method& method, int threads) {
    price.resize(spot.size());
    status.resize(spot.size());
    if (spot.empty()) return std::nullopt;
    OptionColumns columns{};
    columns.type = type;
    columns.exercise = exercise;
    columns.spot = spot;
    columns.strike = strike;
    columns.years = years;
    columns.rate = rate;
    columns.dividend_yield = dividend_yield;
    columns.volatility = volatility;
    OptionResults results{};
    results.price = price;
    results.status = status;
    if (auto flaw = value_options(columns, method, Measures::price_only, threads, results)) return flaw;
    const auto bad = std::ranges::find_if(status, [](std::int32_t s) { return s != row_is_valued; });
    if (bad == status.end()) return std::nullopt;
    const auto row = static_cast<std::size_t>(bad - status.begin());
    return Error{static_cast<ErrorCode>(*bad - 1), "volatility", text_of(volatility[row]), "a market that has a price",
                 "look at the volatility and the returns of that day"};
  }
};

/// Early exercise is worth nothing when waiting earns interest and forgoes no dividend.
bool exercised_early(const PositionTemplate& t, double rate, double dividend_yield) noexcept {
  if (t.exercise == Exercise::european) return false;
  return t.type == OptionType::call ? dividend_yield > 0.0 || rate < 0.0 : rate > 0.0 || dividend_yield < 0.0;
}

class Revaluation {
 public:
  Revaluation(std::span<const PositionTemplate> templates, const MarketRows& market, std::span<const double> returns,
              const RevaluationSettings& settings, std::span<double> profits) noexcept
      : templates_(templates),
        market_(market),
        returns_(returns),
        settings_(settings),
        profits_(profits),
        underlyings_(market.premium.size()),
        count_(returns.size() / market.volatility.size()),
        day_(1.0 / settings.days_per_year) {}

  std::optional<Error> run(std::size_t first, std::size_t last, int threads) {
    formula_.clear();
    lattice_.clear();
    for (std::size_t row = first; row < last; ++row)
      for (std::size_t t = 0; t < templates_.size(); ++t) begin(row, t);
    if (auto flaw = formula_.value(ClosedForm{}, threads)) return flaw;
    if (auto flaw = lattice_.value(settings_.lattice, threads)) return flaw;
    formula_read_ = 0;
    lattice_read_ = 0;
    for (std::size_t row = first; row < last; ++row)
      for (std::size_t t = 0; t < templates_.size(); ++t) finish(row, t);
    return std::nullopt;
  }

 private:
  struct State {
    double rate, dividend_yield, volatility, premium, skew;
  };

  [[nodiscard]] State state(std::size_t row, std::size_t u) const noexcept {
    const std::size_t at = row * underlyings_ + u;
    return {market_.rate[at], market_.dividend_yield[at], market_.volatility[at], market_.premium[u], market_.skew[u]};
  }

  [[nodiscard]] double return_at(std::size_t row, std::size_t u, std::size_t k) const noexcept {
    return returns_[(row * underlyings_ + u) * count_ + k];
  }

  void begin(std::size_t row, std::size_t which) {
    const PositionTemplate& t = templates_[which];
    if (t.kind != PositionKind::option) return;
    const State s = state(row, t.underlying);
    Batch& batch = exercised_early(t, s.rate, s.dividend_yield) ? lattice_ : formula_;
    // An American option that is never exercised early is its European one, which has a formula.
    const Exercise exercise = &batch == &lattice_ ? Exercise::american : Exercise::european;
    add(batch, t, exercise, s, 1.0, t.years, s.volatility);
    const double left = std::max(0.0, t.years - day_);
    for (std::size_t k = 0; k < count_; ++k) {
      const double r = return_at(row, t.underlying, k);
      const double after = std::sqrt(settings_.decay * s.volatility * s.volatility + (1.0 - settings_.decay) * r * r);
      add(batch, t, exercise, s, std::exp(r), left, after);
    }
  }

  void add(Batch& batch, const PositionTemplate& t, Exercise exercise, const State& s, double spot, double years,
           double daily_volatility) const {
    const double atm = s.premium * daily_volatility * std::sqrt(settings_.days_per_year);
    const double forward = spot * std::exp((s.rate - s.dividend_yield) * years);
    const auto surface = VolatilitySurface::skewed(atm, s.skew);
    batch.type.push_back(t.type == OptionType::call ? 0 : 1);
    batch.exercise.push_back(exercise == Exercise::european ? 0 : 1);
    batch.spot.push_back(spot);
    batch.strike.push_back(t.moneyness);
    batch.years.push_back(years);
    batch.rate.push_back(s.rate);
    batch.dividend_yield.push_back(s.dividend_yield);
    batch.volatility.push_back(surface ? surface->volatility(t.moneyness, forward, years) : -1.0);
  }

  void finish(std::size_t row, std::size_t which) noexcept {
    const PositionTemplate& t = templates_[which];
    const State s = state(row, t.underlying);
    double* const out = profits_.data() + (row * templates_.size() + which) * count_;
    if (t.kind == PositionKind::option) {
      const bool early = exercised_early(t, s.rate, s.dividend_yield);
      const Batch& batch = early ? lattice_ : formula_;
      std::size_t& read = early ? lattice_read_ : formula_read_;
      const double before = batch.price[read++];
      for (std::size_t k = 0; k < count_; ++k) out[k] = batch.price[read++] - before;
      return;
    }
    const bool future = t.kind == PositionKind::future;
    const double carry = s.rate - s.dividend_yield;
    const double before = future ? std::exp(carry * t.years) : 1.0;
    const double after = future ? std::exp(carry * std::max(0.0, t.years - day_)) : 1.0;
    for (std::size_t k = 0; k < count_; ++k) out[k] = std::exp(return_at(row, t.underlying, k)) * after - before;
  }

  std::span<const PositionTemplate> templates_;
  const MarketRows& market_;
  std::span<const double> returns_;
  const RevaluationSettings& settings_;
  std::span<double> profits_;
  std::size_t underlyings_;
  std::size_t count_;
  double day_;
  Batch formula_;
  Batch lattice_;
  std::size_t formula_read_ = 0;
  std::size_t lattice_read_ = 0;
};

std::optional<Error> find_flaw(const PositionTemplate& t, std::size_t underlyings) {
  if (auto flaw = check::within(t.underlying, 0, static_cast<std::int64_t>(underlyings) - 1, "underlying")) return flaw;
  if (t.kind == PositionKind::stock) return std::nullopt;
  if (auto flaw = check::positive(t.years, "years")) return flaw;
  return t.kind == PositionKind::option ? check::positive(t.moneyness, "moneyness") : std::nullopt;
}

std::optional<Error> find_flaw(const MarketRows& m, std::span<const double> returns) {
  const std::size_t underlyings = m.premium.size();
  if (auto flaw = check::at_least(underlyings, 1, "premium")) return flaw;
  if (auto flaw = check::sized(m.skew.size(), underlyings, "skew")) return flaw;
  if (auto flaw = check::at_least(m.volatility.size(), underlyings, "volatility")) return flaw;
  if (auto flaw = check::sized(m.volatility.size() % underlyings, 0, "volatility beyond whole rows")) return flaw;
  if (auto flaw = check::sized(m.rate.size(), m.volatility.size(), "rate")) return flaw;
  if (auto flaw = check::sized(m.dividend_yield.size(), m.volatility.size(), "dividend_yield")) return flaw;
  if (auto flaw = check::at_least(returns.size(), m.volatility.size(), "returns")) return flaw;
  if (auto flaw = check::sized(returns.size() % m.volatility.size(), 0, "returns beyond whole rows")) return flaw;
  if (auto flaw = check::finite(m.skew, "skew")) return flaw;
  if (auto flaw = check::finite(m.rate, "rate")) return flaw;
  if (auto flaw = check::finite(m.dividend_yield, "dividend_yield")) return flaw;
  if (auto flaw = check::finite(returns, "returns")) return flaw;
  for (const double premium : m.premium)
    if (auto flaw = check::positive(premium, "premium")) return flaw;
  for (const double volatility : m.volatility)
    if (!(volatility > 0.0 && std::isfinite(volatility))) return check::positive(volatility, "volatility");
  return std::nullopt;
}

std::optional<Error> find_flaw(const RevaluationSettings& s, int threads) {
  if (auto flaw = check::open_probability(s.decay, "decay")) return flaw;
  if (auto flaw = check::positive(s.days_per_year, "days_per_year")) return flaw;
  if (auto flaw = check::within(threads, 1, most_threads, "threads")) return flaw;
  return find_flaw(Method{s.lattice});
}

}  // namespace

Result<std::vector<double>> template_profits(std::span<const PositionTemplate> templates, const MarketRows& market,
                                             std::span<const double> returns, const RevaluationSettings& settings,
                                             int threads) {
  if (auto flaw = find_flaw(market, returns)) return *flaw;
  if (auto flaw = find_flaw(settings, threads)) return *flaw;
  if (auto flaw = check::at_least(templates.size(), 1, "templates")) return *flaw;
  for (std::size_t t = 0; t < templates.size(); ++t)
    if (auto flaw = find_flaw(templates[t], market.premium.size())) {
      flaw->field = "templates[" + std::to_string(t) + "]." + flaw->field;
      return *flaw;
    }
  const std::size_t rows = market.volatility.size() / market.premium.size();
  std::vector<double> profits(rows * templates.size() * (returns.size() / market.volatility.size()));
  Revaluation revaluation{templates, market, returns, settings, profits};
  for (std::size_t first = 0; first < rows; first += rows_in_chunk)
    if (auto flaw = revaluation.run(first, std::min(rows, first + rows_in_chunk), threads)) return *flaw;
  return profits;
}

}  // namespace plimsoll
