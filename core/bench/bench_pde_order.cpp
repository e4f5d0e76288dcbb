// The measured order of finite differences over fifty strikes off the nodes: plain options, a level within 1 % of the
// spot, a dividend the day before expiry; by Crank-Nicolson with implicit starts and by TR-BDF2. Fails where the median
// is not 2 +- 0.2 or the fifth percentile is not above 1.7.
#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/pde/finite_differences.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/numerics/quadrature.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

using namespace plimsoll;

struct Study {
  SpotContract contract;
  BlackScholes<double> model;
  double exact = 0.0;
};

/// The formula after the dividend, averaged over the spot on its day.
double before_dividend(const Study& s) {
  const SpotDividend& d = s.contract.dividends.front();
  const BlackScholes<double>& m = s.model;
  const double deviation = m.volatility * std::sqrt(d.years);
  const double drift = (m.rate - m.dividend_yield - 0.5 * m.volatility * m.volatility) * d.years;
  const auto value = [&](double z) {
    BlackScholes<double> after = m;
    after.spot = std::max(m.spot * std::exp(drift + deviation * z) - d.amount, 0.0);
    return black_scholes_price(s.contract.type, s.contract.strike, s.contract.years - d.years, after) * normal_pdf(z);
  };
  const double bend = std::clamp((std::log((s.contract.strike + d.amount) / m.spot) - drift) / deviation, -9.0, 9.0);
  return std::exp(-m.rate * d.years) * (gauss_kronrod(value, -9.0, bend).value + gauss_kronrod(value, bend, 9.0).value);
}

std::vector<Study> studies(int kind) {
  std::vector<Study> result;
  RandomStream stream(20261128, 2);
  for (int i = 0; i < 50; ++i) {
    std::array<double, 5> u{};
    stream.fill_uniform(u);
    const double strike = 100.0 * std::exp(0.4 * u[0] - 0.2);
    const double years = 0.25 + 1.75 * u[1];
    const double away = 0.003 + 0.007 * u[3];
    const bool is_down = u[4] < 0.5;
    Study s;
    s.model = {100.0, 0.05, 0.02, 0.15 + 0.25 * u[2]};
    OptionType type = i % 2 == 0 ? OptionType::call : OptionType::put;
    if (kind == 1) {
      const double level = 100.0 * (is_down ? 1.0 - away : 1.0 + away);
      const Knock knock = i % 4 < 2 ? Knock::knock_out : Knock::knock_in;
      // Out of the money within the level and stopped at it, an option is worth nothing: take the other type.
      if (knock == Knock::knock_out && (is_down ? strike <= level : strike >= level))
        type = is_down ? OptionType::call : OptionType::put;
      const Barrier option{
          type, Payout::difference, strike, 0.0, is_down ? BarrierSide::down : BarrierSide::up, knock, level, 0.0,
          years};
      s.contract = spot_contract(option);
      s.exact = closed_form(option, s.model)->price;
    } else {
      s.contract = spot_contract(European{type, strike, years});
      if (kind == 2) s.contract.dividends = {{years - 1.0 / 365.0, 3.0, 0.0}};
      s.exact = kind == 2 ? before_dividend(s) : black_scholes_price(type, strike, years, s.model);
    }
    result.push_back(s);
  }
  return result;
}

}  // namespace

int main() {
  constexpr std::array names{"plain", "level within 1 % of the spot", "dividend the day before expiry"};
  bool sound = true;
  for (int kind = 0; kind < 3; ++kind)
    for (const TimeScheme scheme : {TimeScheme::crank_nicolson, TimeScheme::tr_bdf2})
      for (const std::int64_t steps : {100, 200, 400}) {
        std::vector<double> orders;
        for (const Study& s : studies(kind)) {
          const auto error = [&](std::int64_t n) {
            const FiniteDifferences settings{n, n / 2, scheme, Extrapolation::none};
            return std::abs(finite_differences(s.contract, s.model, settings, Measures::price_only)->priced.price -
                            s.exact);
          };
          orders.push_back(std::log2(error(steps) / error(2 * steps)));
        }
        std::ranges::sort(orders);
        const double median = 0.5 * (orders[24] + orders[25]);
        sound = sound && std::abs(median - 2.0) <= 0.2 && orders[2] > 1.7;
        std::printf("%-31s %-15s %4d to %4d steps: order %.3f, fifth percentile %.3f\n",
                    names[static_cast<std::size_t>(kind)], scheme == TimeScheme::tr_bdf2 ? "TR-BDF2" : "Crank-Nicolson",
                    static_cast<int>(steps), static_cast<int>(2 * steps), median, orders[2]);
      }
  return sound ? 0 : 1;
}
