#pragma once

#include "plimsoll/method/best_held.hpp"
#include "plimsoll/method/kernels.hpp"
#include "plimsoll/method/tree/binomial.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace plimsoll {

/// Options gathered from wherever they stand in a table, each priced on a Cox-Ross-Rubinstein lattice side by side with
/// others. Limits: what is taken has a lattice, and no cash dividends.
class LatticeRows {
 public:
  static constexpr std::size_t capacity = 64;

  explicit LatticeRows(const Binomial& settings)
      : settings_(settings),
        kernels_(kernels(chosen_instruction_set())),
        memory_(kernels_.lattice_memory(plan_of(settings.steps))) {}

  void take(std::size_t row, const VanillaCase& option) noexcept {
    rows_[count_] = row;
    options_[count_] = option;
    const BlackScholes<double>& model = option.model;
    const bool may_exercise = option.exercise == Exercise::american && !is_worth_holding(option);
    const std::array<double, 8> values{
        sign(option.type), model.spot,           option.strike,    option.years,
        model.rate,        model.dividend_yield, model.volatility, may_exercise ? 1.0 : 0.0};
    for (std::size_t c = 0; c < values.size(); ++c) columns_[c][count_] = values[c];
    ++count_;
  }

  /// Prices what was taken: `priced(row, price)`, or `doubtful(row)` where an extrapolated American price may lie below
  /// the European one.
  template <class Priced, class Doubtful>
  void value(const Priced& priced, const Doubtful& doubtful) {
    roll_back(settings_.steps, fine_);
    const double doubt = extrapolated_european_error(settings_.steps, settings_.last_step);
    const bool extrapolates = settings_.extrapolation == Extrapolation::richardson;
    if (extrapolates) roll_back(settings_.steps / 2, coarse_);
    const auto coarse_steps = static_cast<double>(settings_.steps / 2);
    const double gap = static_cast<double>(settings_.steps) / coarse_steps - 1.0;
    for (std::size_t i = 0; i < count_; ++i) {
      const VanillaCase& option = options_[i];
      double price = fine_[i];
      const bool is_american = option.exercise == Exercise::american;
      const bool exercised = columns_[7][i] > 0.5 && price <= exercised_now(option);
      if (extrapolates && !exercised) price = std::max(price + (price - coarse_[i]) / gap, 0.0);
      if (is_american) price = std::max(price, exercised_now(option));
      if (extrapolates && columns_[7][i] > 0.5 && may_be_below_european(option, price, doubt))
        doubtful(rows_[i]);
      else
        priced(rows_[i], price);
    }
    count_ = 0;
  }

 private:
  using Column = std::array<double, capacity>;

  [[nodiscard]] plimsoll_kernels::LatticePlan plan_of(std::int64_t steps) const noexcept {
    return {static_cast<std::size_t>(steps), settings_.last_step == LastStep::black_scholes};
  }

  void roll_back(std::int64_t steps, Column& price) noexcept {
    const auto& [side, spot, strike, years, rate, yield, volatility, american] = columns_;
    kernels_.lattice_book(
        {side.data(), spot.data(), strike.data(), years.data(), rate.data(), yield.data(), volatility.data(), count_},
        american.data(), plan_of(steps), memory_.data(), price.data());
  }

  Binomial settings_;
  const plimsoll_kernels::Kernels& kernels_;
  std::vector<std::byte> memory_;
  std::size_t count_ = 0;
  std::array<std::size_t, capacity> rows_{};
  std::array<VanillaCase, capacity> options_{};
  std::array<Column, 8> columns_{};
  Column fine_{};
  Column coarse_{};
};

}  // namespace plimsoll
