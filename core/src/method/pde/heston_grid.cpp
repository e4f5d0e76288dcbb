#include "plimsoll/method/pde/heston_grid.hpp"

#include "plane_reading.hpp"
#include "plimsoll/method/pde/heston_plane.hpp"

#include <string>

namespace plimsoll {

namespace {

template <class R>
class HestonMarch {
 public:
  HestonMarch(const SpotContract& contract, const Heston<double>& today, const Heston<R>& model,
              const AlternatingGrid& settings, std::int64_t coarsening)
      : c_(contract),
        settings_(settings),
        time_steps_(settings.time_steps / coarsening),
        rows_(static_cast<std::size_t>(settings.variance_steps / coarsening) + 1),
        columns_(static_cast<std::size_t>(settings.spot_steps / coarsening) + 1),
        spots_(columns_),
        variances_(rows_),
        memory_(PlaneSweep<R>::size(rows_, columns_)),
        sweep_(memory_.data(), rows_, columns_) {
    double left = today.spot;
    for (const SpotDividend& d : contract.dividends) left = left * (1.0 - d.fraction) - d.amount;
    const auto mesh = heston_mesh<double>(today, contract.strike, contract.years, today.spot - left);
    lay_nodes<double>(mesh, rows_, columns_, spots_.data(), variances_.data());
    lay_heston<R, double>(sweep_.op, model, spots_.data(), variances_.data());
    lay_vanilla<R, double>(sweep_, sign(contract.type), contract.strike, spots_.data());
  }

  void run() {
    double later = c_.years;
    double roots = std::sqrt(c_.dividends.empty() ? c_.years : c_.dividends.front().years);
    for (std::size_t i = 0; i < c_.dividends.size(); ++i)
      roots += std::sqrt((i + 1 < c_.dividends.size() ? c_.dividends[i + 1].years : c_.years) - c_.dividends[i].years);
    for (std::size_t i = c_.dividends.size(); i-- > 0;) {
      march_between(c_.dividends[i].years, later, roots);
      pay(c_.dividends[i]);
      later = c_.dividends[i].years;
    }
    march_between(0.0, later, roots);
  }

  [[nodiscard]] PlaneReading<R> read(double spot, double variance) const {
    return read_plane<R>(spots_, spot, variances_, variance, sweep_.values);
  }

 private:
  void march_between(double earlier, double later, double roots) {
    if (!(later > earlier)) return;
    const double share = static_cast<double>(time_steps_) * std::sqrt(later - earlier) / roots;
    march_damped<R>(sweep_, settings_.scheme, later - earlier, std::llround(share), c_.exercise == Exercise::american);
  }

  /// Each row on its own: the values at the spots that the dividend leaves.
  void pay(const SpotDividend& d) {
    std::vector<R> after(columns_);
    for (std::size_t j = 0; j < rows_; ++j) {
      R* const row = sweep_.values + j * columns_;
      std::copy_n(row, columns_, after.begin());
      for (std::size_t i = 0; i < columns_; ++i) {
        const double x = std::max(spots_[i] * (1.0 - d.fraction) - d.amount, 0.0);
        const auto above = std::ranges::upper_bound(spots_, x) - spots_.begin();
        const auto start = static_cast<std::size_t>(
            std::clamp<std::ptrdiff_t>(above - 2, 0, static_cast<std::ptrdiff_t>(columns_) - 4));
        row[i] = x > 0.0 ? read_cubic<R>(spots_.data() + start, after.data() + start, x)[0] : after[0];
        if (c_.exercise == Exercise::american) row[i] = max(row[i], sweep_.obstacle[j * columns_ + i]);
      }
    }
    sweep_.release();
  }

  const SpotContract& c_;
  const AlternatingGrid& settings_;
  std::int64_t time_steps_;
  std::size_t rows_;
  std::size_t columns_;
  std::vector<double> spots_;
  std::vector<double> variances_;
  std::vector<R> memory_;
  PlaneSweep<R> sweep_;
};

template <class R>
PlaneReading<R> march(const SpotContract& c, const Heston<double>& today, const Heston<R>& model,
                      const AlternatingGrid& settings) {
  const auto at = [&](std::int64_t coarsening) {
    HestonMarch<R> grid(c, today, model, settings, coarsening);
    grid.run();
    return grid.read(today.spot, today.variance);
  };
  const PlaneReading<R> fine = at(1);
  if (settings.extrapolation == Extrapolation::none) return fine;
  const PlaneReading<R> coarse = at(2);
  return extrapolated(fine, coarse);
}

/// What the equation leaves for the passing of time.
double theta_of(const Heston<double>& m, const PlaneReading<double>& v) {
  const double volatility = m.volatility_of_variance;
  return m.rate * v.price - (m.rate - m.dividend_yield) * m.spot * v.by_first -
         0.5 * m.variance * m.spot * m.spot * v.by_first_twice -
         m.correlation * volatility * m.variance * m.spot * v.by_both -
         0.5 * volatility * volatility * m.variance * v.by_second_twice -
         m.mean_reversion * (m.long_variance - m.variance) * v.by_second;
}

HestonValuation valuation_of(const Heston<double>& m, const PlaneReading<double>& v) {
  HestonValuation result;
  result.price = v.price;
  result.sensitivities.spot = v.by_first;
  result.sensitivities.variance = v.by_second;
  result.gamma = v.by_first_twice;
  result.theta = theta_of(m, v);
  return result;
}

HestonValuation with_tangents(const SpotContract& c, const Heston<double>& m, const AlternatingGrid& settings) {
  const auto lane = tangent_lane;
  const Heston<Tangents> model{
      lane(m.spot, 8),           lane(m.rate, 0),          lane(m.dividend_yield, 1),         lane(m.variance, 8),
      lane(m.mean_reversion, 2), lane(m.long_variance, 3), lane(m.volatility_of_variance, 4), lane(m.correlation, 5)};
  const PlaneReading<Tangents> v = march<Tangents>(c, m, model, settings);
  HestonValuation result = valuation_of(m, numbers_of(v));
  Heston<double>& s = result.sensitivities;
  s.rate = v.price.tangent[0];
  s.dividend_yield = v.price.tangent[1];
  s.mean_reversion = v.price.tangent[2];
  s.long_variance = v.price.tangent[3];
  s.volatility_of_variance = v.price.tangent[4];
  s.correlation = v.price.tangent[5];
  return result;
}

std::optional<Error> flaw_of_limits(const SpotContract& c, const Heston<double>& m) {
  if (c.has_barrier())
    return Error{ErrorCode::unsupported, "lower", text_of(c.lower), "no level", "value levels by simulation"};
  if (c.payout != Payout::difference)
    return Error{ErrorCode::unsupported, "payout", "cash or asset", "difference", "value it by its formula"};
  for (const auto& [field, value] : {std::pair{"spot", m.spot},
                                     {"strike", c.strike},
                                     {"expiry", c.years},
                                     {"volatility_of_variance", m.volatility_of_variance}})
    if (!(value > 0.0))
      return Error{ErrorCode::unsupported, field, text_of(value), "above zero", "value this limit by its formula"};
  if (!(m.variance + m.long_variance > 0.0))
    return Error{ErrorCode::unsupported, "variance", text_of(m.variance), "above zero, or a long one that is",
                 "value what is certain by its formula"};
  return std::nullopt;
}

}  // namespace

std::optional<Error> find_flaw(const AlternatingGrid& settings) {
  for (const auto& [field, value] : {std::pair{"spot_steps", settings.spot_steps},
                                     {"variance_steps", settings.variance_steps},
                                     {"time_steps", settings.time_steps}})
    if (value < 8 || value > 2000)
      return Error{ErrorCode::invalid_value, field, std::to_string(value), "8 to 2000", "choose another number"};
  return std::nullopt;
}

Result<HestonValuation> heston_grid(const SpotContract& contract, const Heston<double>& model,
                                    const AlternatingGrid& settings, Measures measures) {
  if (auto flaw = find_flaw(contract)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = find_flaw(settings)) return *flaw;
  if (auto flaw = flaw_of_limits(contract, model)) return *flaw;
  HestonValuation result = measures == Measures::price_only
                               ? valuation_of(model, march<double>(contract, model, model, settings))
                               : with_tangents(contract, model, settings);
  const double exercised = sign(contract.type) * (model.spot - contract.strike);
  if (contract.exercise == Exercise::american && result.price <= exercised + 1e-12 * (model.spot + contract.strike)) {
    result = {};
    result.price = exercised;
    result.sensitivities.spot = sign(contract.type);
  }
  return result;
}

}  // namespace plimsoll
