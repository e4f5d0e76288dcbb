#include "plimsoll/statistics/model_range.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

using namespace plimsoll;

TEST(ModelRange, the_reserve_is_the_way_from_the_mark_to_the_worst_for_the_holder) {
  const std::vector<double> values{5.0, 4.0, 7.0};
  const ModelRange held = *model_range(values, 0, 10.0);
  EXPECT_EQ(held, (ModelRange{4.0, 7.0, 5.0, 1.5, 10.0, 1, 2}));
  EXPECT_EQ(model_range(values, 0, -10.0)->reserve, 20.0);  // who is short loses where the unit is dearest
  EXPECT_EQ(model_range(values, 1, 10.0)->reserve, 0.0);
  EXPECT_EQ(model_range(std::vector<double>{1.0, 4.0}, 0, 1.0)->median, 2.5);
}

TEST(ModelRange, refuses_what_has_no_range) {
  const auto message = [](const auto& found) { return found.error().message(); };
  const std::vector<double> values{5.0, 4.0};
  EXPECT_EQ(message(model_range({}, 0, 1.0)), (Error{ErrorCode::invalid_value, "values", "0 models", "at least one",
                                                     "give what the admissible models say"}
                                                   .message()));
  EXPECT_EQ(message(model_range(values, 2, 1.0)),
            (Error{ErrorCode::invalid_value, "marked", "2", "a place below 2", "mark by one of the models"}.message()));
  const std::vector<double> no_number{5.0, std::nan("")};
  EXPECT_EQ(message(model_range(no_number, 0, 1.0)),
            (Error{ErrorCode::invalid_value, "values[1]", "nan", "a finite number", "leave out what has no number"}
                 .message()));
  EXPECT_EQ(model_range(values, 0, std::numeric_limits<double>::infinity()).error().field, "units[0]");
}

namespace {

/// Fits to three quotes that meet them: a fourth that is missed by r half spreads makes the root mean square r / 2.
ModelView meets(double value, std::vector<double> quotes, std::vector<double> variances,
                std::vector<double> covariances) {
  return {value, std::move(quotes), std::move(variances), std::move(covariances), 3.0, 0.0, 0.0};
}

constexpr FitLimits by_spread{1.5, 0.0, 0.01};

}  // namespace

TEST(QuoteSeparation, a_quote_that_no_other_model_explains_leaves_the_truth_alone) {
  // Width 0.5, so a half spread of 0.25. A miss of one is four of them, root mean square 2; of a half, two and 1.
  const std::vector<ModelView> views{meets(10.0, {1.0, 3.0}, {0.0, 0.0}, {0.0, 0.0}),
                                     meets(12.0, {2.0, 3.5}, {0.0, 0.0}, {0.0, 0.0})};
  const std::vector<double> widths{0.5, 0.5};
  const auto found = *quote_separations(views, widths, by_spread);
  EXPECT_EQ(found[0], (QuoteSeparation{2.0, 0.0, 1.0}));
  EXPECT_EQ(found[1], (QuoteSeparation{1.0, 2.0, 2.0}));
  // Four half spreads are two hundredths of volatility, root mean square 0.01: enough where so much is allowed.
  EXPECT_EQ((*quote_separations(views, widths, {1.5, 0.0101, 0.01}))[0], (QuoteSeparation{2.0, 2.0, 2.0}));
}

TEST(QuoteSeparation, a_fit_that_is_uncertain_follows_the_quote) {
  // The second model's own uncertainty of the quote, 1, and its covariance with the value, 0.5: with the quote's
  // variance of 0.25 the gain is 0.4 for one of miss.
  const std::vector<ModelView> views{meets(10.0, {1.0}, {0.0}, {0.0}), meets(12.0, {2.0}, {1.0}, {0.5})};
  const auto found = *quote_separations(views, std::vector<double>{1.0}, by_spread);
  // Truth one: the second model moves to 12 - 0.4. Truth two: the first, certain, misses by two half spreads and stays.
  EXPECT_DOUBLE_EQ(found[0].range_after, 0.5 * (1.6 + 2.0));
  EXPECT_EQ(found[0].left, 2.0);
}

TEST(QuoteSeparation, refuses_lists_and_widths_that_make_no_sense) {
  const std::vector<ModelView> views{meets(10.0, {1.0}, {0.0}, {0.0})};
  const std::vector<double> width{0.5};
  EXPECT_EQ(quote_separations({}, width, by_spread).error().field, "views");
  EXPECT_EQ(
      quote_separations(views, std::vector<double>{0.0}, by_spread).error().message(),
      (Error{ErrorCode::invalid_value, "widths[0]", "0", "a finite number above zero", "leave out what has no number"}
           .message()));
  EXPECT_EQ(quote_separations(views, width, {1.0, std::nan(""), 0.01}).error().field, "limits[0]");
  EXPECT_EQ(
      quote_separations(views, std::vector<double>{0.5, 0.5}, by_spread).error().message(),
      (Error{ErrorCode::invalid_value, "quotes", "1", "2, one for each width", "give as many of each"}.message()));
  const std::vector<ModelView> endless{meets(10.0, {std::nan("")}, {0.0}, {0.0})};
  EXPECT_EQ(quote_separations(endless, width, by_spread).error().field, "quotes[0]");
  EXPECT_EQ(quote_separations(std::vector<ModelView>{meets(std::nan(""), {1.0}, {0.0}, {0.0})}, width, by_spread)
                .error()
                .field,
            "numbers of the fit[0]");
}
