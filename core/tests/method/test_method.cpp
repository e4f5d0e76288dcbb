#include <gtest/gtest.h>

#include <plimsoll/method/method.hpp>

namespace plimsoll {
namespace {

void expect_refusal(const Method& method, const std::string& field, const std::string& value) {
  const auto flaw = find_flaw(method);
  ASSERT_TRUE(flaw);
  EXPECT_EQ(flaw->code, ErrorCode::invalid_value);
  EXPECT_EQ(flaw->field, field);
  EXPECT_EQ(flaw->value, value);
  EXPECT_FALSE(flaw->allowed.empty());
  EXPECT_FALSE(flaw->fix.empty());
}

TEST(Method, settings_out_of_range_are_refused_by_name) {
  expect_refusal(LeisenReimer{1}, "steps", "1");
  expect_refusal(LeisenReimer{4003}, "steps", "4003");
  expect_refusal(LeisenReimer{100}, "steps", "100");
  expect_refusal(CrankNicolson{10, 100}, "space_steps", "10");
  expect_refusal(CrankNicolson{100, 2}, "time_steps", "2");
  expect_refusal(IntegralEquation{2, 8, 4, 24}, "nodes", "2");
  expect_refusal(IntegralEquation{8, 300, 4, 24}, "points", "300");
  expect_refusal(IntegralEquation{8, 8, 0, 24}, "steps", "0");
  expect_refusal(IntegralEquation{8, 8, 4, 2000}, "price_points", "2000");
  expect_refusal(Binomial{BinomialMoves::tian, 3}, "steps", "3");
  expect_refusal(Trinomial{4001}, "steps", "4001");
  expect_refusal(MonteCarlo{1}, "paths", "1");
  expect_refusal(MonteCarlo{1000, 1, 0}, "threads", "0");
}

TEST(Method, settings_as_they_come_have_no_flaw) {
  for (const Method& method :
       {Method{ClosedForm{}}, Method{LeisenReimer{}}, Method{CrankNicolson{}}, Method{MonteCarlo{}},
        Method{IntegralEquation{}}, Method{IntegralEquation::fast()}, Method{IntegralEquation::high_precision()},
        Method{BaroneAdesiWhaley{}}, Method{BjerksundStensland{}}, Method{JuQuadratic{}}, Method{Binomial{}},
        Method{Trinomial{}}})
    EXPECT_FALSE(find_flaw(method)) << kind(method);
}

TEST(Method, kinds_are_the_names_of_the_structs) {
  EXPECT_EQ(kind(ClosedForm{}), "ClosedForm");
  EXPECT_EQ(kind(LeisenReimer{}), "LeisenReimer");
  EXPECT_EQ(kind(CrankNicolson{}), "CrankNicolson");
  EXPECT_EQ(kind(MonteCarlo{}), "MonteCarlo");
  EXPECT_EQ(kind(Binomial{}), "Binomial");
}

TEST(Method, digests_differ_by_kind_and_by_every_setting) {
  EXPECT_NE(digest_of(Method{ClosedForm{}}), digest_of(Method{LeisenReimer{}}));
  EXPECT_NE(digest_of(LeisenReimer{101}), digest_of(LeisenReimer{103}));
  EXPECT_NE(digest_of(LeisenReimer{101, Extrapolation::none}), digest_of(LeisenReimer{101, Extrapolation::richardson}));
  EXPECT_NE(digest_of(MonteCarlo{1024, 1}), digest_of(MonteCarlo{1024, 2}));
  EXPECT_NE(digest_of(Binomial{BinomialMoves::tian}), digest_of(Binomial{BinomialMoves::jarrow_rudd}));
  EXPECT_NE(digest_of(Method{Binomial{}}), digest_of(Method{Trinomial{}}));
  EXPECT_NE(digest_of(IntegralEquation::fast()), digest_of(IntegralEquation::accurate()));
}

}  // namespace
}  // namespace plimsoll
