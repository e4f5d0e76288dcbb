#pragma once

#include "plimsoll/base/fields.hpp"

#include <string>
#include <vector>

namespace plimsoll {

/// One method for one product: whether the door accepts the pair without and with cash dividends. Methods of one family
/// share their mathematics; an approximation has an error that no setting removes, and one that falls back on the
/// formula for the product is of its family.
struct MethodOfProduct {
  std::string method;
  std::string family;
  bool valued = false;
  bool valued_with_cash_dividends = false;

  friend bool operator==(const MethodOfProduct&, const MethodOfProduct&) = default;
};

/// The methods of one product in one model. `needs_a_model` is false for what is linear in the spot, whose worth no
/// method changes.
struct ProductMethods {
  std::string product;
  std::string model;
  bool needs_a_model = true;
  std::vector<MethodOfProduct> methods;

  friend bool operator==(const ProductMethods&, const ProductMethods&) = default;
};

template <>
struct Fields<MethodOfProduct> {
  static constexpr std::string_view name = "MethodOfProduct";
  static constexpr auto list =
      std::make_tuple(field("method", &MethodOfProduct::method), field("family", &MethodOfProduct::family),
                      field("valued", &MethodOfProduct::valued),
                      field("valued_with_cash_dividends", &MethodOfProduct::valued_with_cash_dividends));
};

template <>
struct Fields<ProductMethods> {
  static constexpr std::string_view name = "ProductMethods";
  static constexpr auto list = std::make_tuple(
      field("product", &ProductMethods::product), field("model", &ProductMethods::model),
      field("needs_a_model", &ProductMethods::needs_a_model), field("methods", &ProductMethods::methods));
};

/// Every product of the door with every method, found by asking the door: a specimen of each product is valued by each
/// method in a market without and in one with a cash dividend. A put of an American option stands for both types.
std::vector<ProductMethods> method_matrix();

}  // namespace plimsoll
