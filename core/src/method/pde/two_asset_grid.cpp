#include "plimsoll/method/pde/two_asset_grid.hpp"

#include "plane_reading.hpp"
#include "plimsoll/method/pde/heston_plane.hpp"

#include <string>

namespace plimsoll {

namespace {

/// Zero and then spots about today's, finest there.
std::vector<double> spots_about(double spot, double volatility, double drift_per_year, double years,
                                std::size_t count) {
  constexpr double deviations = 6.0;
  const double deviation = volatility * std::sqrt(years);
  const double drift = std::abs(drift_per_year) * years + 0.5 * deviation * deviation;
  const double width = std::max(deviation, 0.02 * drift);
  const double end = std::asinh((deviations * deviation + drift) / width);
  std::vector<double> spots(count, 0.0);
  for (std::size_t i = 1; i < count; ++i) {
    const double share = static_cast<double>(i - 1) / static_cast<double>(count - 2);
    spots[i] = spot * std::exp(width * std::sinh(end * (2.0 * share - 1.0)));
  }
  return spots;
}

/// One asset's part of the equation along its line: its diffusion, its drift and half of the discounting.
template <class R>
void lay_asset(LineWeights<R> w, const std::vector<double>& spots, const R& volatility, const R& carry,
               const R& half_rate) {
  const std::size_t last = spots.size() - 1;
  const R zero{0.0};
  w.lower[0] = w.upper[0] = w.upper[last] = zero;
  w.diagonal[0] = zero - half_rate;
  const R outwards = carry * R{spots[last] / (spots[last] - spots[last - 1])};
  w.lower[last] = zero - outwards;
  w.diagonal[last] = outwards - half_rate;
  const R variance = volatility * volatility;
  for (std::size_t i = 1; i < last; ++i) {
    const CentralWeights<double> c(spots[i] - spots[i - 1], spots[i + 1] - spots[i]);
    const double half_square = 0.5 * spots[i] * spots[i];
    w.lower[i] = variance * R{half_square * c.second[0]} + carry * R{spots[i] * c.first[0]};
    w.diagonal[i] = variance * R{half_square * c.second[1]} + carry * R{spots[i] * c.first[1]} - half_rate;
    w.upper[i] = variance * R{half_square * c.second[2]} + carry * R{spots[i] * c.first[2]};
  }
}

template <class R>
class TwoAssetMarch {
 public:
  using Model = TwoAssets<double>;

  TwoAssetMarch(const Rainbow& option, const Model& today, const TwoAssets<R>& model, const AlternatingGrid& settings,
                std::int64_t coarsening)
      : o_(option),
        settings_(settings),
        time_steps_(settings.time_steps / coarsening),
        one_(spots_about(today.spot1, today.volatility1, today.rate - today.dividend_yield1, option.expiry,
                         static_cast<std::size_t>(settings.spot_steps / coarsening) + 1)),
        two_(spots_about(today.spot2, today.volatility2, today.rate - today.dividend_yield2, option.expiry,
                         static_cast<std::size_t>(settings.variance_steps / coarsening) + 1)),
        memory_(PlaneSweep<R>::size(two_.size(), one_.size())),
        sweep_(memory_.data(), two_.size(), one_.size()) {
    lay_operator(model);
    lay_payoff();
  }

  void run() {
    const std::int64_t dates = std::max<std::int64_t>(o_.exercise_dates, 1);
    const bool on_dates = o_.exercise == Exercise::american && o_.exercise_dates > 0;
    const bool always = o_.exercise == Exercise::american && o_.exercise_dates == 0;
    for (std::int64_t k = dates; k-- > 0;) {
      march_damped<R>(sweep_, settings_.scheme, o_.expiry / static_cast<double>(dates), time_steps_ / dates, always);
      if (!on_dates || k == 0) continue;
      for (std::size_t p = 0; p < one_.size() * two_.size(); ++p)
        sweep_.values[p] = max(sweep_.values[p], sweep_.obstacle[p]);
    }
  }

  [[nodiscard]] PlaneReading<R> read(double one, double two) const {
    return read_plane<R>(one_, one, two_, two, sweep_.values);
  }

 private:
  void lay_operator(const TwoAssets<R>& m) {
    PlaneOperator<R>& op = sweep_.op;
    const R half_rate = R{0.5} * m.rate;
    const R zero{0.0};
    lay_asset<R>(op.convection, one_, m.volatility1, R(m.rate - m.dividend_yield1), half_rate);
    lay_asset<R>(op.across, two_, m.volatility2, R(m.rate - m.dividend_yield2), half_rate);
    *op.corner = zero;
    const auto clear = [&](R* list, std::size_t count) { std::fill_n(list, count, zero); };
    clear(op.diffusion.lower, one_.size());
    clear(op.diffusion.diagonal, one_.size());
    clear(op.diffusion.upper, one_.size());
    clear(op.factor, two_.size());
    clear(op.mixed_column, one_.size());
    clear(op.mixed_row, two_.size());
    for (std::size_t i = 1; i + 1 < one_.size(); ++i)
      op.mixed_column[i] = m.volatility1 * R{one_[i] / (one_[i + 1] - one_[i - 1])};
    for (std::size_t j = 1; j + 1 < two_.size(); ++j)
      op.mixed_row[j] = m.correlation * m.volatility2 * R{two_[j] / (two_[j + 1] - two_[j - 1])};
  }

  void lay_payoff() {
    for (std::size_t j = 0; j < two_.size(); ++j)
      for (std::size_t i = 0; i < one_.size(); ++i) {
        const std::size_t p = j * one_.size() + i;
        const double now = exercised<double>(o_, one_[i], two_[j]);
        sweep_.obstacle[p] = R{now};
        const bool at_rim = i == 0 || j == 0 || i + 1 == one_.size() || j + 1 == two_.size();
        sweep_.values[p] = R{!at_rim && bends(i, j) ? mean(i, j) : std::max(now, 0.0)};
      }
  }

  [[nodiscard]] double paid(double one, double two) const noexcept {
    return std::max(exercised<double>(o_, one, two), 0.0);
  }

  /// Whether the payoff is no plane on the cells about a node: the corners and the middles of the sides tell.
  [[nodiscard]] bool bends(std::size_t i, std::size_t j) const noexcept {
    const double at = paid(one_[i], two_[j]);
    const double by_one = paid(one_[i + 1], two_[j]) - at;
    const double by_two = paid(one_[i], two_[j + 1]) - at;
    const double scale = 1e-10 * (one_[i + 1] + two_[j + 1] + o_.strike);
    for (const std::size_t a : {i - 1, i + 1})
      for (const std::size_t b : {j - 1, j, j + 1}) {
        const double plane = at + by_one * (one_[a] - one_[i]) / (one_[i + 1] - one_[i]) +
                             by_two * (two_[b] - two_[j]) / (two_[j + 1] - two_[j]);
        if (std::abs(paid(one_[a], two_[b]) - plane) > scale) return true;
      }
    return std::abs(paid(one_[i], two_[j - 1]) - at + by_two * (two_[j] - two_[j - 1]) / (two_[j + 1] - two_[j])) >
           scale;
  }

  /// The payoff's excess over its linear interpolation, averaged under the node's hat, on top of the sample: midpoints
  /// of a fine subdivision of the four cells.
  [[nodiscard]] double mean(std::size_t i, std::size_t j) const noexcept {
    constexpr int parts = 8;
    double sum = 0.0;
    double weights = 0.0;
    for (int a = -parts; a < parts; ++a)
      for (int b = -parts; b < parts; ++b) {
        const double u = (a + 0.5) / parts;
        const double v = (b + 0.5) / parts;
        const double step_one = u < 0.0 ? one_[i] - one_[i - 1] : one_[i + 1] - one_[i];
        const double step_two = v < 0.0 ? two_[j] - two_[j - 1] : two_[j + 1] - two_[j];
        const double weight = (1.0 - std::abs(u)) * (1.0 - std::abs(v)) * step_one * step_two;
        sum += weight * paid(one_[i] + u * step_one, two_[j] + v * step_two);
        weights += weight;
      }
    return sum / weights;
  }

  const Rainbow& o_;
  const AlternatingGrid& settings_;
  std::int64_t time_steps_;
  std::vector<double> one_;
  std::vector<double> two_;
  std::vector<R> memory_;
  PlaneSweep<R> sweep_;
};

template <class R>
PlaneReading<R> march(const Rainbow& option, const TwoAssets<double>& today, const TwoAssets<R>& model,
                      const AlternatingGrid& settings) {
  const auto at = [&](std::int64_t coarsening) {
    TwoAssetMarch<R> grid(option, today, model, settings, coarsening);
    grid.run();
    return grid.read(today.spot1, today.spot2);
  };
  const PlaneReading<R> fine = at(1);
  return settings.extrapolation == Extrapolation::none ? fine : extrapolated(fine, at(2));
}

TwoAssetValuation valuation_of(const TwoAssets<double>& m, const PlaneReading<double>& v) {
  TwoAssetValuation result;
  result.price = v.price;
  result.sensitivities.spot1 = v.by_first;
  result.sensitivities.spot2 = v.by_second;
  result.gamma_one = v.by_first_twice;
  result.gamma_two = v.by_second_twice;
  result.cross_gamma = v.by_both;
  const double spread_one = m.volatility1 * m.spot1;
  const double spread_two = m.volatility2 * m.spot2;
  result.theta = m.rate * v.price - (m.rate - m.dividend_yield1) * m.spot1 * v.by_first -
                 (m.rate - m.dividend_yield2) * m.spot2 * v.by_second -
                 0.5 * spread_one * spread_one * v.by_first_twice - 0.5 * spread_two * spread_two * v.by_second_twice -
                 m.correlation * spread_one * spread_two * v.by_both;
  return result;
}

TwoAssetValuation with_tangents(const Rainbow& option, const TwoAssets<double>& m, const AlternatingGrid& settings) {
  const TwoAssets<Tangents> model{tangent_lane(m.spot1, 8),           tangent_lane(m.spot2, 8),
                                  tangent_lane(m.dividend_yield1, 0), tangent_lane(m.dividend_yield2, 1),
                                  tangent_lane(m.volatility1, 2),     tangent_lane(m.volatility2, 3),
                                  tangent_lane(m.correlation, 4),     tangent_lane(m.rate, 5)};
  const PlaneReading<Tangents> v = march<Tangents>(option, m, model, settings);
  TwoAssetValuation result = valuation_of(m, numbers_of(v));
  TwoAssets<double>& s = result.sensitivities;
  s.dividend_yield1 = v.price.tangent[0];
  s.dividend_yield2 = v.price.tangent[1];
  s.volatility1 = v.price.tangent[2];
  s.volatility2 = v.price.tangent[3];
  s.correlation = v.price.tangent[4];
  s.rate = v.price.tangent[5];
  return result;
}

}  // namespace

Result<TwoAssetValuation> two_asset_grid(const Rainbow& option, const TwoAssets<double>& model,
                                         const AlternatingGrid& settings, Measures measures) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = find_flaw(settings)) return *flaw;
  for (const auto& [field, value] : {std::pair{"spot1", model.spot1},
                                     {"spot2", model.spot2},
                                     {"volatility1", model.volatility1},
                                     {"volatility2", model.volatility2},
                                     {"expiry", option.expiry}})
    if (!(value > 0.0))
      return Error{ErrorCode::unsupported, field, text_of(value), "above zero",
                   "give a small number in place of zero, 0.001 for a volatility; European options have a formula"};
  TwoAssetValuation result = measures == Measures::price_only
                                 ? valuation_of(model, march<double>(option, model, model, settings))
                                 : with_tangents(option, model, settings);
  if (option.exercise == Exercise::american)
    result.price = std::max(result.price, exercised(option, model.spot1, model.spot2));
  return result;
}

}  // namespace plimsoll
