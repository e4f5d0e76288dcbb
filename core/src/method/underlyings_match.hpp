#pragma once

#include "plimsoll/model/correlated_black_scholes.hpp"
#include "plimsoll/product/observed_path.hpp"

#include <optional>
#include <string>

namespace plimsoll {

/// The first flaw of product or model, or that they are not of the same underlyings.
template <class Product>
std::optional<Error> flaw_of_match(const Product& product, const CorrelatedBlackScholes<double>& model) {
  if (auto flaw = find_flaw(product)) return flaw;
  if (auto flaw = find_flaw(model)) return flaw;
  const std::size_t seen = observations(product).assets;
  if (seen == model.spots.size()) return std::nullopt;
  return Error{ErrorCode::invalid_value, "spots", std::to_string(model.spots.size()) + " underlyings",
               std::to_string(seen) + " as in the product", "give product and model the same underlyings"};
}

}  // namespace plimsoll
