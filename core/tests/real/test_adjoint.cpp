#include "plimsoll/real/adjoint.hpp"
#include "plimsoll/real/real.hpp"
#include "real/two_lanes.hpp"

#include <type_traits>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::TwoLanes;
using Number = Adjoint<double>;

static_assert(Real<double>);
static_assert(Real<Number>);
static_assert(Real<Adjoint<TwoLanes>>);
static_assert(!Real<int>);
static_assert(!Real<float>);
static_assert(std::is_same_v<Passive<double>, double>);
static_assert(std::is_same_v<Passive<Number>, double>);
static_assert(std::is_same_v<Passive<Adjoint<TwoLanes>>, TwoLanes>);
static_assert(!std::is_convertible_v<Number, double>);
static_assert(!std::is_constructible_v<double, Number>);

TEST(Adjoint, constant_has_no_tape_and_no_derivative) {
  const Number constant = 3.0;
  EXPECT_EQ(constant.value(), 3.0);
  EXPECT_EQ(constant.tape(), nullptr);
  constant.add_adjoint(1.0);
  EXPECT_EQ(constant.adjoint(), 0.0);
  EXPECT_EQ(Number{}.value(), 0.0);
}

TEST(Adjoint, formula_of_constants_is_a_constant_and_records_nothing) {
  const Number a = 2.0;
  const Number b = 3.0;
  const Number sum = a + b * 4.0;
  EXPECT_EQ(sum.value(), 14.0);
  EXPECT_EQ(sum.tape(), nullptr);
}

TEST(Adjoint, records_one_statement_for_a_whole_formula) {
  Tape<double> tape;
  const Number x = Number::leaf(tape, 2.0);
  const auto before = tape.mark();
  const Number y = exp(x * 3.0) + x / 2.0 - 1.0;
  EXPECT_EQ(tape.mark().slots, before.slots + 1);
  EXPECT_EQ(tape.mark().entries, before.entries + 2);
  EXPECT_EQ(y.tape(), &tape);
}

TEST(Adjoint, stores_no_weight_for_operands_of_weight_one) {
  Tape<double> tape;
  const Number x = Number::leaf(tape, 2.0);
  const Number y = Number::leaf(tape, 3.0);
  const Number sum = x + y + 1.0;
  EXPECT_EQ(tape.mark().weights, 0U);
  sweep(tape, sum, {2, 2, 0});
  EXPECT_EQ(x.adjoint(), 1.0);
  EXPECT_EQ(y.adjoint(), 1.0);
}

TEST(Adjoint, constant_among_active_numbers_is_not_recorded) {
  Tape<double> tape;
  const Number x = Number::leaf(tape, 2.0);
  const Number constant = 5.0;
  const auto mark = tape.mark();
  const Number product = constant * x;
  const Number difference = product - constant;
  EXPECT_EQ(tape.mark().entries, mark.entries + 2);
  sweep(tape, difference, mark);
  EXPECT_EQ(difference.value(), 5.0);
  EXPECT_EQ(x.adjoint(), 5.0);
}

TEST(Adjoint, compound_assignments_differentiate_like_the_operators) {
  Tape<double> tape;
  const Number x = Number::leaf(tape, 2.0);
  const auto mark = tape.mark();
  Number y = x;
  y += x * x;  // x + x^2
  y *= x;      // x^2 + x^3
  y -= 3.0;
  y /= x + 1.0;  // (x^2 + x^3 - 3) / (x + 1)
  sweep(tape, y, mark);
  EXPECT_EQ(y.value(), 3.0);
  EXPECT_DOUBLE_EQ(x.adjoint(), (4.0 + 12.0) / 3.0 - 9.0 / 9.0);
}

TEST(Adjoint, two_lanes_on_one_tape_equal_two_tapes) {
  const auto formula = []<Real R>(const R& x, const R& y) {
    const R a = max(R(x - y), R{0.0}) * exp(-0.5 * x) + sqrt(y) / x;
    return R(select(x > 1.0, a, R(a * normal_cdf(y))) + log(x) * normal_pdf(y) + min(x, 1.5));
  };
  Tape<TwoLanes> wide;
  const auto wide_x = Adjoint<TwoLanes>::leaf(wide, {2.0, 0.5});
  const auto wide_y = Adjoint<TwoLanes>::leaf(wide, {0.7, 3.0});
  const auto wide_mark = wide.mark();
  const Adjoint<TwoLanes> wide_value = formula(wide_x, wide_y);
  sweep(wide, wide_value, wide_mark);
  for (std::size_t lane = 0; lane < lane_count<TwoLanes>; ++lane) {
    Tape<double> tape;
    const Number x = Number::leaf(tape, lane_value(wide_x.value(), lane));
    const Number y = Number::leaf(tape, lane_value(wide_y.value(), lane));
    const auto mark = tape.mark();
    const Number value = formula(x, y);
    sweep(tape, value, mark);
    EXPECT_EQ(lane_value(wide_value.value(), lane), value.value());
    EXPECT_EQ(lane_value(wide_x.adjoint(), lane), x.adjoint());
    EXPECT_EQ(lane_value(wide_y.adjoint(), lane), y.adjoint());
  }
}

TEST(Adjoint, a_lane_of_constants_differs_by_path) {
  const Adjoint<TwoLanes> constant{TwoLanes{1.0, 2.0}};
  EXPECT_EQ(constant.value(), (TwoLanes{1.0, 2.0}));
  EXPECT_EQ(constant.adjoint(), TwoLanes{0.0});
}

}  // namespace
}  // namespace plimsoll
