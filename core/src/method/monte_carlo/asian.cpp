#include "plimsoll/method/monte_carlo/asian.hpp"

#include "plimsoll/method/closed_form/geometric_asian.hpp"
#include "plimsoll/method/fixings_made.hpp"
#include "plimsoll/method/monte_carlo/asian_paths.hpp"
#include "plimsoll/method/monte_carlo/blocks.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace plimsoll {

namespace {

/// What the kernel is told of an option: the terms, and the fixings to come in columns. The control is an option on the
/// geometric mean of the fixings to come, at the strike that the fixings made leave over.
class AsianPlan {
 public:
  AsianPlan(const ArithmeticAsian& option, const BlackScholes<double>& model)
      : times_(option.fixings), roots_(times_.size()), drifts_(times_.size()), model_(model) {
    const auto to_come = static_cast<double>(times_.size());
    const double count = fixing_count(option);
    const double drift = model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility;
    for (std::size_t i = 0; i < times_.size(); ++i) {
      roots_[i] = std::sqrt(times_[i] - (i == 0 ? 0.0 : times_[i - 1]));
      drifts_[i] = drift * times_[i];
    }
    terms_ = {sign(option.type),
              option.strike,
              option.expiry,
              std::exp(-model.rate * option.expiry),
              times_.front(),
              to_come,
              count,
              option.past_sum,
              std::max((option.strike * count - option.past_sum) / to_come, 0.0),
              average_times(times_).mean};
  }

  [[nodiscard]] double control_strike() const noexcept { return terms_.control_strike; }

  [[nodiscard]] BlockSums run(const Block& block) const noexcept {
    static_assert(paths_per_block == plimsoll_kernels::most_paths);
    plimsoll_kernels::PairedMoments moments{};
    path_kernels(chosen_instruction_set())
        .asian_block({terms_, model_.spot, model_.rate, model_.dividend_yield, model_.volatility, times_.data(),
                      roots_.data(), drifts_.data(), times_.size(), block.seed, block.number, block.paths},
                     moments);
    BlockSums sums;
    sums.add_block(static_cast<double>(block.paths), moments);
    return sums;
  }

 private:
  std::vector<double> times_, roots_, drifts_;
  BlackScholes<double> model_;
  plimsoll_kernels::AsianTerms terms_;
};

/// The option when the spot moves along its forward: one path without chance.
MonteCarloResult certain_asian(const ArithmeticAsian& option, const BlackScholes<double>& model) {
  using R = Adjoint<double>;
  RecordedModel<double> recorded(model);
  const std::vector<double> normals(option.fixings.size(), 0.0);
  std::vector<R> path(option.fixings.size());
  simulate<R>(recorded.parameters(), recorded.elapsed(), option.fixings, normals, path);
  const R discount = exp(-recorded.parameters().rate * (option.expiry - recorded.elapsed()));
  const auto sample = recorded.differentiate(discount * payoff<R>(option, path), 0.0);
  return {sample.price, 0.0, {sample.delta, 0.0, sample.vega, sample.theta, sample.rho}, {}, 1.0};
}

}  // namespace

MonteCarloResult monte_carlo_asian(const ArithmeticAsian& option, const BlackScholes<double>& model,
                                   const MonteCarlo& method) {
  const ArithmeticAsian rest = with_fixings_made(option, model.spot);
  if (rest.fixings.empty() || !(model.spot > 0.0 && model.volatility > 0.0)) return certain_asian(rest, model);
  const AsianPlan plan(rest, model);
  const PricedGreeks exact =
      geometric_asian_greeks(option.type, plan.control_strike(), rest.fixings, option.expiry, model);
  return run_blocks(method, [&](const Block& block) { return plan.run(block); }).result(exact);
}

}  // namespace plimsoll
