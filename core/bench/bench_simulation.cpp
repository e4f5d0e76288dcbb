// What each device of the simulation gains, and whether errors are what they claim: gains are ratios of variances at
// equal numbers of paths, measured over the run itself.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <plimsoll/method/closed_form/black_scholes.hpp>
#include <plimsoll/method/monte_carlo/barrier.hpp>
#include <plimsoll/method/monte_carlo/heston.hpp>
#include <plimsoll/method/monte_carlo/multilevel.hpp>
#include <plimsoll/method/monte_carlo/path_price.hpp>

namespace {

using namespace plimsoll;

Simulation of(Control control, Sequence sequence, Antithetic antithetic = Antithetic::no) {
  Simulation method;
  method.paths = 65'536;
  method.seed = 7;
  method.threads = 2;
  method.control = control;
  method.sequence = sequence;
  method.antithetic = antithetic;
  return method;
}

/// Variances of plain paths over those with antithetic draws, controls, Sobol points, and Sobol points with controls.
template <class Price>
void show_gains(const char* name, const Price& price) {
  const auto error = [&](const Simulation& method) {
    const auto found = price(method);
    return found ? found->standard_error : std::nan("");
  };
  const double plain = error(of(Control::none, Sequence::philox));
  const auto gain = [&](const Simulation& method) { return std::pow(plain / error(method), 2); };
  const auto controlled = price(of(Control::best, Sequence::philox));
  std::printf("%-34s error %.1e  antithetic %6.1f  controls %8.1f (%s)  Sobol %8.1f  both %8.1f\n", name, plain,
              gain(of(Control::none, Sequence::philox, Antithetic::yes)), gain(of(Control::best, Sequence::philox)),
              controlled ? controlled->control.c_str() : "", gain(of(Control::none, Sequence::sobol)),
              gain(of(Control::best, Sequence::sobol)));
}

CorrelatedBlackScholes<double> alike(std::vector<double> volatilities, double correlation) {
  const std::size_t n = volatilities.size();
  std::vector<double> matrix(n * n, correlation);
  for (std::size_t i = 0; i < n; ++i) matrix[i * n + i] = 1.0;
  return {std::vector<double>(n, 100.0), 0.03, std::vector<double>(n, 0.02), std::move(volatilities),
          std::move(matrix)};
}

void show_products() {
  const auto five = alike({0.2, 0.25, 0.3, 0.35, 0.4}, 0.5);
  const BasketOption basket{OptionType::call, Aggregate::sum, {0.2, 0.2, 0.2, 0.2, 0.2}, 100.0, 1.0};
  show_gains("basket call on 5", [&](const Simulation& m) { return simulated_price(basket, five, m); });
  const BasketOption largest{OptionType::call, Aggregate::largest, {1.0, 1.0, 1.0, 1.0, 1.0}, 120.0, 1.0};
  show_gains("call on the largest of 5", [&](const Simulation& m) { return simulated_price(largest, five, m); });
  Autocallable note;
  note.initial_fixings = {100.0, 100.0, 100.0};
  for (int quarter = 1; quarter <= 12; ++quarter) note.coupon_dates.push_back(0.25 * quarter);
  note.coupon = 0.02;
  note.coupon_level = 0.8;
  note.knock_in_level = 0.6;
  const auto three = alike({0.25, 0.3, 0.35}, 0.5);
  show_gains("worst-of autocallable on 3", [&](const Simulation& m) { return simulated_price(note, three, m); });
  BoundedCliquet cliquet{100.0, 100.0, {}, -0.03, 0.03, 0.0, 1.0, 0.0};
  for (int month = 1; month <= 12; ++month) cliquet.reset_dates.push_back(month / 12.0);
  const auto one = alike({0.2}, 1.0);
  show_gains("monthly cliquet, global floor 0", [&](const Simulation& m) { return simulated_price(cliquet, one, m); });
  ArithmeticAsian asian{OptionType::call, 100.0, {}, 1.0, 0, 0.0};
  for (int month = 1; month <= 12; ++month) asian.fixings.push_back(month / 12.0);
  asian.fixings.back() = 1.0;
  const Heston<double> heston{100.0, 0.03, 0.0, 0.0175, 1.5768, 0.0398, 0.5751, -0.5711};
  const HestonPaths how{HestonScheme::quadratic_exponential, 12, 1};
  show_gains("Asian call under Heston", [&](const Simulation& m) { return simulated_price(asian, heston, how, m); });
}

void show_shifts() {
  const BlackScholes<double> model{100.0, 0.05, 0.02, 0.25};
  const auto show = [](const char* name, const Result<SimulatedPrice>& found) {
    if (found)
      std::printf("%-34s %.6g (%.1e)  the shift gains %.3g\n", name, found->price, found->standard_error,
                  found->importance_gain);
  };
  const Simulation method = of(Control::none, Sequence::philox);
  const PathCut shifted{16, Importance::shifted};
  for (const double strike : {100.0, 150.0, 200.0, 300.0}) {
    const European option{OptionType::call, strike, 1.0};
    show(("call at " + std::to_string(static_cast<int>(strike))).c_str(),
         simulated_price(option, model, shifted, method));
  }
  for (const double level : {80.0, 65.0, 55.0}) {
    const Barrier option{
        OptionType::call, Payout::difference, 100.0, 0.0, BarrierSide::down, Knock::knock_in, level, 0.0, 1.0};
    show(("down-and-in call at " + std::to_string(static_cast<int>(level))).c_str(),
         simulated_price(option, model, shifted, method));
  }
}

void show_ladder() {
  const BlackScholes<double> model{2.0, 0.05, 0.0, 0.5};
  constexpr double exact = 0.246416;  // the second of the seven cases of Geman & Yor and others
  for (const double target : {0.004, 0.001}) {
    double squares = 0.0;
    double claims = 0.0;
    double work = 0.0;
    int within = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      const auto found = multilevel_continuous_asian(OptionType::call, 2.0, 1.0, model, {target, seed, 2, 12});
      if (!found) continue;
      const double error = found->price - exact;
      squares += error * error;
      claims += found->claimed_error * found->claimed_error;
      work += found->work / 100.0;
      within += std::abs(error) <= found->claimed_error ? 1 : 0;
    }
    std::printf(
        "multilevel to %.5f, 100 seeds      root mean square over claim %.2f, within it %d, work of single %.2f\n",
        target, std::sqrt(squares / claims), within, work);
  }
}

}  // namespace

int main() {
  show_products();
  show_shifts();
  show_ladder();
  return EXIT_SUCCESS;
}
