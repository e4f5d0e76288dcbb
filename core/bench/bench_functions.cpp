// Nanoseconds of processor time a number: each function of a batch beside the C library's, in turns, on numbers that
// fit the first cache. The best of several runs counts.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <vector>

#include <plimsoll/method/kernels.hpp>
#include <plimsoll/numerics/normal.hpp>
#include <plimsoll/numerics/philox.hpp>
#include <plimsoll/numerics/sobol.hpp>

namespace {

using namespace plimsoll;

constexpr std::size_t count = 2048;
constexpr int repeats = 200;
constexpr int runs = 15;

/// Nanoseconds a number of filling `count` numbers, once.
template <class F>
double nanoseconds(const F& fill) {
  const std::clock_t start = std::clock();
  for (int i = 0; i < repeats; ++i) fill();
  return 1e9 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / repeats / count;
}

template <class Ours, class Theirs>
void duel(const char* label, const Ours& ours, const Theirs& theirs) {
  double best_ours = 1e300;
  double best_theirs = 1e300;
  for (int run = 0; run < runs; ++run) {
    best_ours = std::min(best_ours, nanoseconds(ours));
    best_theirs = std::min(best_theirs, nanoseconds(theirs));
  }
  std::printf("%-18s %8.2f ns %8.2f ns in the library %8.1f times\n", label, best_ours, best_theirs,
              best_theirs / best_ours);
}

std::vector<double> draws(double low, double high) {
  std::vector<double> x(count);
  RandomStream(1, 0).fill_uniform(x);
  for (double& v : x) v = low + (high - low) * v;
  return x;
}

template <class Scalar>
void duel_of(const char* label, plimsoll_kernels::Function function, Scalar scalar, double low, double high) {
  const std::vector<double> x = draws(low, high);
  std::vector<double> y(count);
  duel(
      label, [&] { function(x.data(), y.data(), count); },
      [&] {
        for (std::size_t i = 0; i < count; ++i) y[i] = scalar(x[i]);
      });
}

}  // namespace

int main() {
  const plimsoll_kernels::Kernels& k = kernels(chosen_instruction_set());
  std::printf("instruction set %s\n", k.name);
  duel_of("exp", k.exponential, [](double x) { return std::exp(x); }, -5.0, 5.0);
  duel_of("log", k.logarithm, [](double x) { return std::log(x); }, 0.01, 50.0);
  duel_of("expm1", k.exponential_less_one, [](double x) { return std::expm1(x); }, -5.0, 5.0);
  duel_of("log1p", k.logarithm_of_one_plus, [](double x) { return std::log1p(x); }, -0.9, 5.0);
  duel_of("sin", k.sine, [](double x) { return std::sin(x); }, -100.0, 100.0);
  duel_of("cos", k.cosine, [](double x) { return std::cos(x); }, -100.0, 100.0);
  duel_of("normal cdf", k.normal_distribution, [](double x) { return normal_cdf(x); }, -6.0, 6.0);
  duel_of("normal quantile", k.normal_quantile, [](double x) { return normal_quantile(x); }, 1e-6, 1.0);
  const std::vector<double> bases = draws(0.01, 20.0);
  const std::vector<double> exponents = draws(-8.0, 8.0);
  std::vector<double> y(count);
  duel(
      "pow", [&] { k.power(bases.data(), exponents.data(), y.data(), count); },
      [&] {
        for (std::size_t i = 0; i < count; ++i) y[i] = std::pow(bases[i], exponents[i]);
      });
  const auto plain = Sobol::with_dimensions(32);
  const auto scrambled = Sobol::scrambled(32, 1);
  double best_plain = 1e300;
  double best_scrambled = 1e300;
  for (int run = 0; run < runs; ++run) {
    best_plain = std::min(best_plain, nanoseconds([&] { plain->fill(0, y); }));
    best_scrambled = std::min(best_scrambled, nanoseconds([&] { scrambled->fill(0, y); }));
  }
  std::printf("%-18s %8.2f ns, scrambled %8.2f ns\n", "Sobol coordinate", best_plain, best_scrambled);
}
