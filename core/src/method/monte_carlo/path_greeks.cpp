#include "plimsoll/method/monte_carlo/path_greeks.hpp"

#include "gradient_batches.hpp"
#include "plimsoll/method/path_kernels.hpp"
#include "plimsoll/product/product.hpp"
#include "plimsoll/real/real.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>

namespace plimsoll {

namespace {

using R = Adjoint<double>;

/// An option on a weighted sum of the spot on dates to come.
struct SumOnDates {
  double side = 1.0;
  double strike = 0.0;
  double past = 0.0;
  double expiry = 0.0;
  std::vector<double> dates;  // ascending, after today
  std::vector<double> weights;
};

SumOnDates sum_of(const European& option, double) {
  return {sign(option.type), option.strike, 0.0, option.expiry, {option.expiry}, {1.0}};
}

/// A fixing at time zero is today's spot and moves no more; fixings of one date are one with their weight.
SumOnDates sum_of(const ArithmeticAsian& option, double spot) {
  const double count = fixing_count(option);
  SumOnDates sum{sign(option.type), option.strike, option.past_sum / count, option.expiry, {}, {}};
  for (const double fixing : option.fixings) {
    if (fixing == 0.0) {
      sum.past += spot / count;
    } else if (!sum.dates.empty() && fixing == sum.dates.back()) {
      sum.weights.back() += 1.0 / count;
    } else {
      sum.dates.push_back(fixing);
      sum.weights.push_back(1.0 / count);
    }
  }
  return sum;
}

/// The number with six digits, as it stands in the name of an input.
std::string short_text(double value) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.6g", value);
  return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

/// The inputs of a model as leaves of a tape, and what the kernel needs as formulas on them: swept once for each batch.
struct Preamble {
  Tape<double> tape;
  std::vector<std::string> names;
  std::vector<R> inputs;
  R log_spot, discount;
  std::vector<R> drifts, deviations;
  Tape<double>::Mark leaves;

  R leaf(std::string name, double value) {
    names.push_back(std::move(name));
    inputs.push_back(R::leaf(tape, value));
    return inputs.back();
  }
};

std::vector<double> values_of(const std::vector<R>& numbers) {
  std::vector<double> values;
  values.reserve(numbers.size());
  for (const R& number : numbers) values.push_back(number.value());
  return values;
}

/// Quantities of a batch: the price, gamma, then each input.
constexpr std::size_t leading_quantities = 2;

/// Carries the derivatives of the mean amount back to the inputs. `steps` are those by log spot, drifts and deviations.
void carry_back(Preamble& p, double amount, std::span<const double> steps, std::vector<double>& means) {
  const double discount = p.discount.value();
  p.discount.add_adjoint(amount);
  p.log_spot.add_adjoint(discount * steps[0]);
  for (std::size_t i = 0; i < p.drifts.size(); ++i) p.drifts[i].add_adjoint(discount * steps[1 + i]);
  for (std::size_t i = 0; i < p.deviations.size(); ++i)
    p.deviations[i].add_adjoint(discount * steps[1 + p.drifts.size() + i]);
  p.tape.sweep(p.leaves);
  for (const R& input : p.inputs) means.push_back(input.adjoint());
  p.tape.clear_adjoints();
}

PathValuation summarise(const std::vector<std::string>& names, const BatchTotals& totals, bool with_gamma) {
  PathValuation result;
  result.price = totals.estimate(0);
  if (with_gamma) result.gamma = totals.estimate(1);
  for (std::size_t i = 0; i < names.size(); ++i)
    result.sensitivities.push_back({names[i], totals.estimate(leading_quantities + i)});
  result.tape_bytes = static_cast<std::int64_t>(totals.tape_bytes);
  return result;
}

std::unique_ptr<Preamble> record(const SumOnDates& sum, const TermStructureBlackScholes<double>& model) {
  auto made = std::make_unique<Preamble>();
  Preamble& p = *made;
  const R elapsed = p.leaf("elapsed", 0.0);
  TermStructureBlackScholes<R> active{p.leaf("spot", model.spot), model.pillars, {}, {}, {}};
  const auto column = [&](const std::string& name, const std::vector<double>& values, std::vector<R>& leaves) {
    for (std::size_t j = 0; j < values.size(); ++j)
      leaves.push_back(p.leaf(name + " to " + short_text(model.pillars[j]), values[j]));
  };
  column("rate", model.rates, active.rates);
  column("dividend_yield", model.dividend_yields, active.dividend_yields);
  column("volatility", model.volatilities, active.volatilities);
  p.leaves = p.tape.mark();
  p.log_spot = log(active.spot);
  p.discount = discount_factor<R>(active, sum.expiry, elapsed);
  double before = 0.0;
  for (const double date : sum.dates) {
    const LogStep<R> step = log_step<R>(active, before, date, elapsed);
    p.drifts.push_back(step.drift);
    p.deviations.push_back(step.deviation);
    before = date;
  }
  return made;
}

PathValuation simulate_by_inputs(const SumOnDates& sum, const TermStructureBlackScholes<double>& model,
                                 const MonteCarlo& method) {
  struct State {
    KernelTape tape;
    std::unique_ptr<Preamble> preamble;
    std::vector<double> drifts, deviations, draws, steps;
  };
  const std::size_t count = sum.dates.size();
  const auto begin = [&] {
    State state{{}, record(sum, model), {}, {}, std::vector<double>(plimsoll_kernels::draws_of(count)), {}};
    state.drifts = values_of(state.preamble->drifts);
    state.deviations = values_of(state.preamble->deviations);
    state.steps.resize(1 + 2 * count);
    return state;
  };
  const auto totals = run_batches(method, begin, [&](State& state, std::size_t number, BatchMeans& batch) {
    plimsoll_kernels::PathGradient found{0.0, 0.0, state.steps.data(), state.draws.data(), 0.0};
    state.tape.kernels().term_structure_block({{sum.side, sum.strike, sum.past, sum.weights.data(), count},
                                               std::log(model.spot),
                                               state.drifts.data(),
                                               state.deviations.data(),
                                               method.seed,
                                               number,
                                               batch.paths},
                                              state.tape.get(), found);
    const double discount = state.preamble->discount.value();
    // The path's derivative by the log of the spot, moved through the density of its first step.
    const double gamma = (found.gamma_mean / state.deviations[0] - state.steps[0]) / (model.spot * model.spot);
    batch.means = {discount * found.mean, discount * gamma};
    carry_back(*state.preamble, found.mean, state.steps, batch.means);
    batch.tape_bytes = state.tape.bytes();
  });
  return summarise(record(sum, model)->names, totals, true);
}

/// Dates with steps between them that are short enough.
SumOnDates refined(const SumOnDates& sum, double longest_step) {
  SumOnDates fine = sum;
  fine.dates.clear();
  fine.weights.clear();
  double before = 0.0;
  for (std::size_t i = 0; i < sum.dates.size(); ++i) {
    const double length = sum.dates[i] - before;
    const auto parts = static_cast<std::size_t>(std::max(std::ceil(length / longest_step - 1e-9), 1.0));
    for (std::size_t k = 1; k < parts; ++k) {
      fine.dates.push_back(before + length * static_cast<double>(k) / static_cast<double>(parts));
      fine.weights.push_back(0.0);
    }
    fine.dates.push_back(sum.dates[i]);
    fine.weights.push_back(sum.weights[i]);
    before = sum.dates[i];
  }
  return fine;
}

/// The steps of a path under local volatility: their lengths and the row that holds in the middle of each.
struct LocalSteps {
  std::vector<double> lengths;
  std::vector<std::uint32_t> rows;

  LocalSteps(const SumOnDates& sum, const LocalVolatilityGrid& model) {
    double before = 0.0;
    for (const double date : sum.dates) {
      const auto row = std::ranges::lower_bound(model.times, 0.5 * (before + date)) - model.times.begin();
      lengths.push_back(date - before);
      rows.push_back(static_cast<std::uint32_t>(std::min(row, std::ssize(model.times) - 1)));
      before = date;
    }
  }
};

/// The carry of the model as leaves; the table is the kernel's own.
std::unique_ptr<Preamble> record(const SumOnDates& sum, const LocalVolatilityGrid& model, const LocalSteps& steps) {
  auto made = std::make_unique<Preamble>();
  Preamble& p = *made;
  const R spot = p.leaf("spot", model.spot);
  const R rate = p.leaf("rate", model.rate);
  const R yield = p.leaf("dividend_yield", model.dividend_yield);
  p.leaves = p.tape.mark();
  p.log_spot = log(spot);
  p.discount = exp(-sum.expiry * rate);
  for (const double length : steps.lengths) p.drifts.emplace_back((rate - yield) * length);
  return made;
}

PathValuation simulate_by_inputs(const SumOnDates& sum, const LocalVolatilityGrid& model, const MonteCarlo& method) {
  struct State {
    KernelTape tape;
    std::unique_ptr<Preamble> preamble;
    std::vector<double> drifts, draws, steps;
  };
  const LocalSteps local(sum, model);
  const std::size_t count = sum.dates.size();
  const auto begin = [&] {
    State state{{}, record(sum, model, local), {}, std::vector<double>(plimsoll_kernels::draws_of(count)), {}};
    state.drifts = values_of(state.preamble->drifts);
    state.steps.resize(1 + count + model.volatilities.size());
    return state;
  };
  const double low = std::log(model.low_spot);
  const double density = static_cast<double>(model.columns - 1) / (std::log(model.high_spot) - low);
  const auto totals = run_batches(method, begin, [&](State& state, std::size_t number, BatchMeans& batch) {
    plimsoll_kernels::PathGradient found{0.0, 0.0, state.steps.data(), state.draws.data(), 0.0};
    state.tape.kernels().local_volatility_block(
        {{sum.side, sum.strike, sum.past, sum.weights.data(), count},
         std::log(model.spot),
         state.drifts.data(),
         local.lengths.data(),
         local.rows.data(),
         {model.volatilities.data(), model.times.size(), model.columns, low, density},
         method.seed,
         number,
         batch.paths},
        state.tape.get(), found);
    const double discount = state.preamble->discount.value();
    batch.means = {discount * found.mean, 0.0};
    carry_back(*state.preamble, found.mean, state.steps, batch.means);
    for (std::size_t i = 0; i < model.volatilities.size(); ++i)
      batch.means.push_back(discount * state.steps[1 + count + i]);
    batch.tape_bytes = state.tape.bytes();
  });
  std::vector<std::string> names = record(sum, model, local)->names;
  for (const double time : model.times)
    for (std::size_t column = 0; column < model.columns; ++column)
      names.push_back("local_volatility to " + short_text(time) + " at " + short_text(column_spot(model, column)));
  return summarise(names, totals, false);
}

Error all_is_fixed() {
  return {ErrorCode::unsupported, "fixings", "none after today", "a fixing or an expiry to come",
          "value what is fixed by the exact formula"};
}

template <class Option, class Model>
Result<SumOnDates> checked(const Option& option, const Model& model, const MonteCarlo& method) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = find_flaw(Method{method})) return *flaw;
  SumOnDates sum = sum_of(option, model.spot);
  if (sum.dates.empty() || sum.dates.front() <= 0.0) return all_is_fixed();
  return sum;
}

template <class Option>
Result<PathValuation> by_term_structure(const Option& option, const TermStructureBlackScholes<double>& model,
                                        const MonteCarlo& method) {
  const auto sum = checked(option, model, method);
  if (!sum) return sum.error();
  return simulate_by_inputs(*sum, model, method);
}

template <class Option>
Result<PathValuation> by_local_volatility(const Option& option, const LocalVolatilityGrid& model,
                                          const MonteCarlo& method, double longest_step) {
  const auto sum = checked(option, model, method);
  if (!sum) return sum.error();
  if (!(longest_step >= 1e-5 && std::isfinite(longest_step)))
    return Error{ErrorCode::invalid_value, "longest_step", text_of(longest_step), "years, 1e-5 or above",
                 "give the longest Euler step, for instance 1/252"};
  return simulate_by_inputs(refined(*sum, longest_step), model, method);
}

}  // namespace

std::optional<Estimate> sensitivity(const PathValuation& valuation, std::string_view input) {
  const auto found = std::ranges::find(valuation.sensitivities, input, &Sensitivity::input);
  if (found == valuation.sensitivities.end()) return std::nullopt;
  return found->estimate;
}

Result<PathValuation> monte_carlo_by_inputs(const ArithmeticAsian& option,
                                            const TermStructureBlackScholes<double>& model, const MonteCarlo& method) {
  return by_term_structure(option, model, method);
}

Result<PathValuation> monte_carlo_by_inputs(const European& option, const TermStructureBlackScholes<double>& model,
                                            const MonteCarlo& method) {
  return by_term_structure(option, model, method);
}

Result<PathValuation> monte_carlo_by_inputs(const ArithmeticAsian& option, const LocalVolatilityGrid& model,
                                            const MonteCarlo& method, double longest_step) {
  return by_local_volatility(option, model, method, longest_step);
}

Result<PathValuation> monte_carlo_by_inputs(const European& option, const LocalVolatilityGrid& model,
                                            const MonteCarlo& method, double longest_step) {
  return by_local_volatility(option, model, method, longest_step);
}

}  // namespace plimsoll
