#pragma once

#include "contour_shape.hpp"
#include "plimsoll/method/fourier/fourier.hpp"

#include <limits>

// What both Fourier methods do with a ladder; inside the Fourier methods.
namespace plimsoll::fourier {

/// log(strike / forward).
template <ScalarReal R, class Model>
R log_moneyness(const Model& model, const R& years, double strike) {
  return log(strike / model.spot) - (model.rate - model.dividend_yield) * years;
}

/// What must be added to what a contour gives for the value of an option.
template <ScalarReal R, class Model>
R complement(OptionType type, const Model& model, const R& years, double strike, Side given) {
  const R share = model.spot * exp(-model.dividend_yield * years);
  const R amount = strike * exp(-model.rate * years);
  if (type == OptionType::call) {
    if (given == Side::call) return R{0.0};
    return given == Side::smaller ? share : R{share - amount};
  }
  if (given == Side::put) return R{0.0};
  return given == Side::smaller ? amount : R{amount - share};
}

/// Sets theta and the derivatives by parameter of `price(tape, model, years)`, which may sweep the tape on its way.
template <class Model, class F>
void add_sensitivities(FourierValue<Model>& value, const Model& model, double years, const F& price) {
  using R = Adjoint<double>;
  Tape<double> tape;
  const auto leaves = recorded_model(tape, model);
  const R left = R::leaf(tape, years);
  const auto mark = tape.mark();
  const R result = price(tape, leaves, left);
  sweep(tape, result, mark);
  value.by_parameter = adjoints_of<Model>(leaves);
  value.theta = -left.adjoint();
}

/// Nothing is left to chance, or the strike is zero: what the forward is worth where it is in the money.
template <class Model>
FourierValue<Model> certain_value(const StrikeLadder& ladder, const Model& model, double strike, Measures measures) {
  const double years = ladder.expiry;
  const double side = sign(ladder.type);
  const double ahead = prepaid_forward(model, years) - strike * discount_factor(model, years);
  FourierValue<Model> value;
  if (!(side * ahead > 0.0)) return value;
  value.price = side * ahead;
  value.error = 2.0 * std::numeric_limits<double>::epsilon() * prepaid_forward(model, years);
  if (measures == Measures::with_greeks)
    add_sensitivities(value, model, years, [&](auto&, const auto& m, const auto& t) {
      using R = std::remove_cvref_t<decltype(t)>;
      return R{side * (m.spot * exp(-m.dividend_yield * t) - strike * exp(-m.rate * t))};
    });
  return value;
}

}  // namespace plimsoll::fourier
