#pragma once

#include "plimsoll/method/integral_equation/american.hpp"
#include "plimsoll/method/kernels.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace plimsoll {

/// American options with one exercise boundary, gathered from wherever they stand in a table and priced side by side.
class AmericanRows {
 public:
  static constexpr std::size_t capacity = 64;

  explicit AmericanRows(const BoundaryTables& tables)
      : plan_(tables.plan()), kernels_(kernels(chosen_instruction_set())), memory_(kernels_.american_memory(plan_)) {}

  void take(std::size_t row, const VanillaCase& option) noexcept {
    rows_[count_] = row;
    const std::array<double, 7> values{sign(option.type),      option.model.spot, option.strike,
                                       option.years,           option.model.rate, option.model.dividend_yield,
                                       option.model.volatility};
    for (std::size_t c = 0; c < values.size(); ++c) columns_[c][count_] = values[c];
    ++count_;
  }

  /// Prices what was taken: `settled(row, price)` for each row that has a price, `unsettled(row)` for the others.
  template <class Settled, class Unsettled>
  void value(const Settled& settled, const Unsettled& unsettled) {
    const auto& [side, spot, strike, years, rate, yield, volatility] = columns_;
    kernels_.american_book(
        {side.data(), spot.data(), strike.data(), years.data(), rate.data(), yield.data(), volatility.data(), count_},
        plan_, memory_.data(), price_.data(), change_.data());
    for (std::size_t i = 0; i < count_; ++i) {
      if (change_[i] <= settled_change)
        settled(rows_[i], price_[i]);
      else
        unsettled(rows_[i]);
    }
    count_ = 0;
  }

 private:
  using Column = std::array<double, capacity>;

  plimsoll_kernels::BoundaryPlan plan_;
  const plimsoll_kernels::Kernels& kernels_;
  std::vector<std::byte> memory_;
  std::size_t count_ = 0;
  std::array<std::size_t, capacity> rows_{};
  std::array<Column, 7> columns_{};
  Column price_{};
  Column change_{};
};

}  // namespace plimsoll
