#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/model/cumulant.hpp"
#include "plimsoll/product/option_type.hpp"

#include <span>
#include <tuple>
#include <vector>

namespace plimsoll {

/// European options of one type and one expiry, by strike; per unit.
struct StrikeLadder {
  OptionType type = OptionType::call;
  double expiry = 0.0;  // in years
  std::vector<double> strikes;

  friend bool operator==(const StrikeLadder&, const StrikeLadder&) = default;
};

template <>
struct Fields<StrikeLadder> {
  static constexpr std::string_view name = "StrikeLadder";
  static constexpr auto list =
      std::make_tuple(field("type", &StrikeLadder::type), field("expiry", &StrikeLadder::expiry),
                      field("strikes", &StrikeLadder::strikes));
};

/// The first term that makes no sense, if there is one. Zero strikes and zero expiry are limits, not flaws.
std::optional<Error> find_flaw(const StrikeLadder& ladder);

/// A price by an integral over the characteristic function, for the holder of one unit, and a bound of its error.
/// `by_parameter` holds the derivative by each parameter of the model, per 1.00 of it, in the parameter's own field (so
/// `by_parameter.spot` is delta); theta is per year that passes. Zeros where the price alone was asked for.
template <class Model>
struct FourierValue {
  double price = 0.0;
  double error = 0.0;
  double gamma = 0.0;
  double theta = 0.0;
  Model by_parameter{};
};

/// The model's type with parameters of another number type.
template <class Model, class R>
struct Rebind;
template <template <Real> class Model, Real R>
struct Rebind<Model<double>, R> {
  using Type = Model<R>;
};
template <class Model, class R>
using Rebound = typename Rebind<Model, R>::Type;

/// A model whose parameters are leaves of the tape, in the order of its field list.
template <class Model>
Rebound<Model, Adjoint<double>> recorded_model(Tape<double>& tape, const Model& model) {
  using Recorded = Rebound<Model, Adjoint<double>>;
  Recorded recorded;
  std::apply(
      [&](const auto&... to) {
        std::apply(
            [&](const auto&... from) {
              ((recorded.*(to.member) = Adjoint<double>::leaf(tape, model.*(from.member))), ...);
            },
            Fields<Model>::list);
      },
      Fields<Recorded>::list);
  return recorded;
}

/// The adjoints that the parameters gathered.
template <class Model, class Recorded>
Model adjoints_of(const Recorded& recorded) {
  Model gathered{};
  std::apply(
      [&](const auto&... to) {
        std::apply([&](const auto&... from) { ((gathered.*(to.member) = (recorded.*(from.member)).adjoint()), ...); },
                   Fields<Recorded>::list);
      },
      Fields<Model>::list);
  return gathered;
}

}  // namespace plimsoll
