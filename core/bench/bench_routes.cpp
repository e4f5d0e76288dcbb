// Whether the routes to a sensitivity tell the truth about their own errors: scores of simulated sensitivities against
// closed forms, (found - exact) / standard error, over many seeds and options. Right errors give a mean near zero and a
// deviation near one. Not a race: it prints figures, and fails where they are outside their bounds.
#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/digital.hpp"
#include "plimsoll/method/monte_carlo/european.hpp"
#include "plimsoll/method/monte_carlo/greek_routes.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace plimsoll;

/// Mean and deviation of scores.
struct Scores {
  double count = 0.0, sum = 0.0, squares = 0.0, largest = 0.0;

  void add(double z) {
    count += 1.0;
    sum += z;
    squares += z * z;
    largest = std::max(largest, std::abs(z));
  }
  [[nodiscard]] double mean() const { return sum / count; }
  [[nodiscard]] double deviation() const { return std::sqrt(squares / count - mean() * mean()); }
  [[nodiscard]] bool sound() const { return std::abs(mean()) < 0.3 && deviation() > 0.8 && deviation() < 1.2; }
};

constexpr std::array<const char*, 6> measures{"price", "delta", "gamma", "vega", "theta", "rho"};

std::array<double, 6> in_order(const PricedGreeks& p) {
  return {p.price, p.greeks.delta, p.greeks.gamma, p.greeks.vega, p.greeks.theta, p.greeks.rho};
}

/// A market and an option around the money: strike, years.
struct Draw {
  BlackScholes<double> model;
  double strike = 0.0;
  double years = 0.0;
};

Draw drawn(std::uint64_t number) {
  std::array<double, 6> u{};
  RandomStream(20261128, number).fill_uniform(u);
  return {{100.0, 0.08 * u[0] - 0.01, 0.05 * u[1], 0.1 + 0.4 * u[2]}, 80.0 + 40.0 * u[3], 0.1 + 1.9 * u[4]};
}

bool print(const char* what, const Scores& s) {
  std::printf("  %-46s %6.0f scores   mean %+.3f   deviation %.3f   largest %.2f %s\n", what, s.count, s.mean(),
              s.deviation(), s.largest, s.sound() ? "" : "  OUTSIDE");
  return s.sound();
}

/// The study: 100 seeds by 50 European calls, the engine's gamma and the other sensitivities.
bool engine_study() {
  std::array<Scores, 6> scores;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const Draw d = drawn(i);
    const auto exact = in_order(black_scholes_greeks(OptionType::call, d.strike, d.years, d.model));
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      const MonteCarloResult found =
          monte_carlo_european({OptionType::call, d.strike, d.years}, d.model, {8192, 1000 * seed + i, 1});
      const auto mean = in_order({found.price, found.greeks});
      const auto error = in_order({found.standard_error, found.greek_errors});
      for (std::size_t m = 0; m < 6; ++m)
        if (error[m] > 0.0) scores[m].add((mean[m] - exact[m]) / error[m]);
    }
  }
  std::puts("\nEngine against closed form, 100 seeds by 50 European calls, 8192 paths");
  bool sound = true;
  for (std::size_t m = 0; m < 6; ++m) sound = print(measures[m], scores[m]) && sound;
  return sound;
}

/// Every route of a kind of option against closed form.
template <class Make>
bool route_study(const char* title, std::uint64_t options, std::uint64_t seeds, std::int64_t paths, const Make& make) {
  std::map<std::string, Scores> scores;
  std::size_t disagreements = 0;
  for (std::uint64_t i = 0; i < options; ++i) {
    const Draw d = drawn(500 + i);
    const auto option = make(d);
    const auto formula = closed_form(option, d.model);
    if (!formula) continue;
    const auto exact = in_order(*formula);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const auto report = greek_routes(option, d.model, {paths, 7000 * seed + i, 2});
      if (!report) continue;
      disagreements += report->disagreements.size();
      for (const RouteGreeks& route : report->routes)
        for (const RouteEstimate& found : route.estimates)
          for (std::size_t m = 0; m < 6; ++m)
            if (found.measure == measures[m] && found.corrected.standard_error > 0.0)
              scores[std::string(name(route.route)) + " " + found.measure].add((found.corrected.mean - exact[m]) /
                                                                               found.corrected.standard_error);
    }
  }
  std::printf("\n%s, %d paths; pairs of routes beyond three standard errors: %zu in all\n", title,
              static_cast<int>(paths), disagreements);
  bool sound = true;
  for (const auto& [what, found] : scores) sound = print(what.c_str(), found) && sound;
  return sound;
}

/// A European option as a gap option at its own strike, which has its closed form.
Digital as_european(const Draw& d) { return {OptionType::call, Payout::difference, d.strike, 0.0, d.strike, d.years}; }

}  // namespace

int main() {
  bool sound = engine_study();
  sound = route_study("Calls as gap options", 10, 10, 8192, as_european) && sound;
  sound =
      route_study("Cash digitals", 10, 10, 8192,
                  [](const Draw& d) { return Digital{OptionType::put, Payout::cash, d.strike, 10.0, 0.0, d.years}; }) &&
      sound;
  sound = route_study(
              "Down-and-out calls", 10, 10, 8192,
              [](const Draw& d) {
                return Barrier{
                    OptionType::call, Payout::difference, d.strike, 0.0, BarrierSide::down, Knock::knock_out, 90.0, 0.0,
                    d.years};
              }) &&
          sound;
  return sound ? 0 : 1;
}
