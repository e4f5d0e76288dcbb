#include "plimsoll/product/basket_option.hpp"

#include "flaw.hpp"

#include <string>

namespace plimsoll {

std::optional<Error> find_flaw(const BasketOption& option) {
  if (option.weights.empty())
    return Error{ErrorCode::missing_field, "weights", "[]", "one weight for each underlying", "give the weights"};
  const bool is_sum = option.of == Aggregate::sum;
  for (const double weight : option.weights)
    if (!std::isfinite(weight) || (!is_sum && !(weight > 0.0)))
      return Error{ErrorCode::invalid_value, "weights", text_of(weight),
                   is_sum ? "finite numbers" : "finite numbers above zero", "correct the weights"};
  if (!std::isfinite(option.strike))
    return Error{ErrorCode::invalid_value, "strike", text_of(option.strike), "a finite number", "correct the strike"};
  return flaw_of_expiry(option.expiry);
}

std::optional<Error> find_flaw(const BermudanBasket& product) {
  if (auto flaw = find_flaw(product.option)) return flaw;
  if (auto flaw = flaw_of_dates("exercise_dates", product.exercise_dates, Earliest::today)) return flaw;
  if (product.exercise_dates.back() != product.option.expiry)
    return Error{ErrorCode::invalid_value, "exercise_dates", text_of(product.exercise_dates.back()),
                 "the expiry " + text_of(product.option.expiry) + " as the last one",
                 "end the exercise dates on the expiry"};
  return std::nullopt;
}

}  // namespace plimsoll
