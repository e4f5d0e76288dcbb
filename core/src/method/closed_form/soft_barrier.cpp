#include "plimsoll/method/closed_form/soft_barrier.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace plimsoll {

namespace {

/// A level of the range and its share in the mean.
struct Level {
  double barrier;
  double share;
};

/// Gauss and Legendre's rule of 24 points on [-1, 1]: the positive points and their weights.
constexpr std::array<std::array<double, 2>, 12> legendre{{
    {0.0640568928626056261, 0.127938195346752157},
    {0.191118867473616309, 0.125837456346828296},
    {0.315042679696163374, 0.121670472927803391},
    {0.433793507626045138, 0.115505668053725601},
    {0.545421471388839536, 0.107444270115965635},
    {0.648093651936975569, 0.0976186521041138883},
    {0.740124191578554364, 0.0861901615319532759},
    {0.820001985973902922, 0.0733464814110803057},
    {0.886415527004401034, 0.0592985849154367807},
    {0.938274552002732759, 0.0442774388174198062},
    {0.974728555971309498, 0.0285313886289336632},
    {0.99518721999702136, 0.0123412297999871995},
}};

/// Splits the range at spot and strike, where the price as a function of the barrier has a kink, and each piece into
/// panels of at most two deviations.
std::vector<Level> levels_of(const SoftBarrier& option, const BlackScholes<double>& model) {
  if (option.lower == option.upper) return {{option.lower, 1.0}};
  const double panel = 2.0 * std::max(model.volatility * std::sqrt(option.expiry), 0.01);
  std::vector<double> cuts{option.lower, option.upper};
  for (const double cut : {model.spot, option.strike})
    if (cut > option.lower && cut < option.upper) cuts.push_back(cut);
  std::ranges::sort(cuts);
  std::vector<Level> levels;
  for (std::size_t piece = 0; piece + 1 < cuts.size(); ++piece) {
    const double from = cuts[piece];
    const double to = cuts[piece + 1];
    if (!(from < to)) continue;
    const auto count = static_cast<int>(std::ceil(std::log(to / from) / panel));
    const double half = 0.5 * (to - from) / count;
    for (int i = 0; i < count; ++i) {
      const double middle = from + (2.0 * i + 1.0) * half;
      for (const auto& [point, weight] : legendre)
        for (const double side : {-1.0, 1.0})
          levels.push_back({middle + side * point * half, weight * half / (option.upper - option.lower)});
    }
  }
  return levels;
}

}  // namespace

Result<PricedGreeks> closed_form(const SoftBarrier& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  PricedGreeks mean;
  for (const Level& level : levels_of(option, model)) {
    const auto one = closed_form(Barrier{option.type, Payout::difference, option.strike, 0.0, option.direction,
                                         option.knock, level.barrier, 0.0, option.expiry},
                                 model);
    if (!one) return one.error();
    mean.price += level.share * one->price;
    mean.greeks.delta += level.share * one->greeks.delta;
    mean.greeks.gamma += level.share * one->greeks.gamma;
    mean.greeks.vega += level.share * one->greeks.vega;
    mean.greeks.theta += level.share * one->greeks.theta;
    mean.greeks.rho += level.share * one->greeks.rho;
  }
  return mean;
}

}  // namespace plimsoll
