#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/observed_path.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>
#include <span>
#include <vector>

namespace plimsoll {

/// What several spots, each times its weight, are brought to: their sum, the largest, the smallest.
enum class Aggregate { sum, largest, smallest };

/// A European option on several underlyings. The sum with weights of one sign is a basket; with weights 1 and -1 it is
/// a spread, and an exchange option where the strike is zero too; the largest with weights 1 over the initial spots is
/// a best-of, the smallest a worst-of.
struct BasketOption {
  OptionType type = OptionType::call;
  Aggregate of = Aggregate::sum;
  std::vector<double> weights;
  double strike = 0.0;
  double expiry = 0.0;

  friend bool operator==(const BasketOption&, const BasketOption&) = default;
};

template <>
struct Fields<BasketOption> {
  static constexpr std::string_view name = "BasketOption";
  static constexpr auto list = std::make_tuple(
      field("type", &BasketOption::type), field("of", &BasketOption::of), field("weights", &BasketOption::weights),
      field("strike", &BasketOption::strike), field("expiry", &BasketOption::expiry));
};

/// What the option is on, from the spots of one date.
template <Real R>
R aggregate(const BasketOption& option, std::span<const R> spots) {
  R value = option.weights[0] * spots[0];
  for (std::size_t i = 1; i < spots.size(); ++i) {
    const R next = option.weights[i] * spots[i];
    if (option.of == Aggregate::sum)
      value += next;
    else
      value = option.of == Aggregate::largest ? R(max(value, next)) : R(min(value, next));
  }
  return value;
}

/// Amount that the holder receives on exercise, per unit.
template <Real R>
R payoff(const BasketOption& option, std::span<const R> spots) {
  return max(R(sign(option.type) * (aggregate<R>(option, spots) - option.strike)), R{0.0});
}

inline Observations observations(const BasketOption& option) { return {option.weights.size(), {option.expiry}}; }

template <Real R>
R present_value(const BasketOption& option, const ObservedPath<R>& path) {
  return path.discounts[0] * payoff<R>(option, path.on(0));
}

/// Refuses no weights, a weight that is not finite or, for the largest and the smallest, not above zero, a strike that
/// is not finite, and an expiry in the past. A strike below zero is allowed: a spread may have one.
std::optional<Error> find_flaw(const BasketOption& option);

/// The same option that may be exercised on some dates, in years ascending; the last one is its expiry. Zero is today.
struct BermudanBasket {
  BasketOption option;
  std::vector<double> exercise_dates;

  friend bool operator==(const BermudanBasket&, const BermudanBasket&) = default;
};

template <>
struct Fields<BermudanBasket> {
  static constexpr std::string_view name = "BermudanBasket";
  static constexpr auto list = std::make_tuple(field("option", &BermudanBasket::option),
                                               field("exercise_dates", &BermudanBasket::exercise_dates));
};

std::optional<Error> find_flaw(const BermudanBasket& product);

}  // namespace plimsoll
