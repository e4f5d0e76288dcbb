#pragma once

#include "plimsoll/real/real.hpp"

namespace plimsoll {

/// A model of one spot that earns a constant rate less a constant dividend yield under the pricing measure.
template <class M>
concept Carried = requires(const M& model) {
  model.spot;
  model.rate;
  model.dividend_yield;
};

/// The number type that a model's parameters are.
template <Carried M>
using ParameterOf = decltype(M::spot);

/// Value today of one unit paid after `years`.
template <Carried M>
ParameterOf<M> discount_factor(const M& model, const Passive<ParameterOf<M>>& years) {
  return exp(model.rate * -years);
}

/// Value today of one share delivered after `years`, its dividends kept by the seller.
template <Carried M>
ParameterOf<M> prepaid_forward(const M& model, const Passive<ParameterOf<M>>& years) {
  return model.spot * exp(model.dividend_yield * -years);
}

/// Expected spot after `years` under the pricing measure.
template <Carried M>
ParameterOf<M> forward(const M& model, double years) {
  return model.spot * exp((model.rate - model.dividend_yield) * years);
}

}  // namespace plimsoll
