#include "exotic_trades.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/valuation/method_matrix.hpp>

namespace plimsoll::testing {
namespace {

template <class... T>
std::set<std::string> names_of(std::type_identity<std::variant<T...>> /*kinds*/) {
  return {std::string(Fields<T>::name)...};
}

const std::vector<ProductMethods>& matrix_of_the_core() {
  static const auto matrix = method_matrix();
  return matrix;
}

TEST(MethodMatrix, has_every_product_with_every_method) {
  std::set<std::string> products;
  for (const ProductMethods& row : matrix_of_the_core()) {
    products.insert(row.product);
    std::set<std::string> methods;
    for (const MethodOfProduct& cell : row.methods) methods.insert(cell.method);
    EXPECT_EQ(methods, names_of(std::type_identity<Method>{})) << row.product;
  }
  EXPECT_EQ(products, names_of(std::type_identity<Product>{}));
}

TEST(MethodMatrix, each_product_of_a_model_has_a_method_and_what_is_linear_takes_any) {
  for (const ProductMethods& row : matrix_of_the_core()) {
    const auto accepted = std::ranges::count_if(row.methods, &MethodOfProduct::valued);
    EXPECT_GE(accepted, 1) << row.product;
    EXPECT_EQ(row.needs_a_model, row.model == "BlackScholes");
    if (!row.needs_a_model) {
      EXPECT_EQ(static_cast<std::size_t>(accepted), row.methods.size()) << row.product;
    }
  }
}

TEST(MethodMatrix, a_method_that_falls_back_on_the_formula_is_no_second_opinion) {
  const auto& matrix = matrix_of_the_core();
  const auto family_of = [&](std::string_view product, std::string_view method) {
    const auto row = std::ranges::find(matrix, product, &ProductMethods::product);
    return std::ranges::find(row->methods, method, &MethodOfProduct::method)->family;
  };
  EXPECT_EQ(family_of("European", "JuQuadratic"), "formula");
  EXPECT_EQ(family_of("American", "JuQuadratic"), "approximation");
  EXPECT_EQ(family_of("European", "LeisenReimer"), "lattice");
}

TEST(MethodMatrix, is_what_a_refusal_lists) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const auto& matrix = matrix_of_the_core();
  for (const Terms& terms : exotic_terms()) {
    const Trade trade = trade_of(terms);
    const std::string product(kind(*resolve(trade, today)));
    const auto row = std::ranges::find(matrix, product, &ProductMethods::product);
    std::string names;
    for (const MethodOfProduct& cell : row->methods)
      if (cell.valued) names += (names.empty() ? "" : ", ") + cell.method;
    EXPECT_EQ(value(trade, snapshot, JuQuadratic{}).error().allowed, names);
  }
}

}  // namespace
}  // namespace plimsoll::testing
