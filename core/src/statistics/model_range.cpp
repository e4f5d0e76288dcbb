#include "plimsoll/statistics/model_range.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_numbers(std::span<const double> numbers, const char* field, double least) {
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (!(std::isfinite(numbers[i]) && numbers[i] >= least))
      return Error{ErrorCode::invalid_value, std::string(field) + "[" + std::to_string(i) + "]", text_of(numbers[i]),
                   least > 0.0 ? "a finite number above zero" : "a finite number", "leave out what has no number"};
  return std::nullopt;
}

Error without_models(const char* field) {
  return {ErrorCode::invalid_value, field, "0 models", "at least one", "give what the admissible models say"};
}

std::optional<Error> flaw_of_view(const ModelView& view, std::size_t quotes) {
  for (const auto* list : {&view.quotes, &view.variances, &view.covariances}) {
    if (list->size() != quotes)
      return Error{ErrorCode::invalid_value, "quotes", std::to_string(list->size()),
                   std::to_string(quotes) + ", one for each width", "give as many of each"};
    if (auto flaw = flaw_of_numbers(*list, "quotes", -std::numeric_limits<double>::max())) return flaw;
  }
  const std::array<double, 4> numbers{view.value, view.fitted, view.half_spread_rmse, view.volatility_rmse};
  return flaw_of_numbers(numbers, "numbers of the fit", -std::numeric_limits<double>::max());
}

/// How far apart the values are, and how many there are.
struct Spread {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  double count = 0.0;

  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
    count += 1.0;
  }
};

/// Root of the mean square of a fit's misses with one more.
double rmse_with(double rmse, double count, double square) {
  return std::sqrt((count * rmse * rmse + square) / (count + 1.0));
}

/// The values that are left when the price of the model `truth` is quoted: the squares in half spreads grow by that of
/// the miss over its variance, and the part of the miss that remains is a part of the width in volatility.
Spread left_after(std::span<const ModelView> views, std::size_t truth, std::size_t quote, double deviation,
                  const FitLimits& limits) {
  Spread left;
  for (const ModelView& view : views) {
    const double miss = views[truth].quotes[quote] - view.quotes[quote];
    const double variance = deviation * deviation + view.variances[quote];
    const double remaining = miss * deviation / variance * 0.5 * limits.volatility_width;
    const bool counts =
        rmse_with(view.half_spread_rmse, view.fitted, miss * miss / variance) <= limits.half_spread_rmse ||
        rmse_with(view.volatility_rmse, view.fitted, remaining * remaining) <= limits.volatility_rmse;
    if (counts || &view == &views[truth]) left.add(view.value + view.covariances[quote] * miss / variance);
  }
  return left;
}

QuoteSeparation separation(std::span<const ModelView> views, std::size_t quote, double width, const FitLimits& limits) {
  Spread quotes;
  for (const ModelView& view : views) quotes.add(view.quotes[quote]);
  QuoteSeparation found{(quotes.high - quotes.low) / width};
  for (std::size_t truth = 0; truth < views.size(); ++truth) {
    const Spread left = left_after(views, truth, quote, 0.5 * width, limits);
    found.range_after += (left.high - left.low) / quotes.count;
    found.left += left.count / quotes.count;
  }
  return found;
}

}  // namespace

Result<ModelRange> model_range(std::span<const double> values, std::size_t marked, double units) {
  constexpr double lowest_number = -std::numeric_limits<double>::max();
  if (values.empty()) return without_models("values");
  if (auto flaw = flaw_of_numbers(values, "values", lowest_number)) return *flaw;
  if (auto flaw = flaw_of_numbers({&units, 1}, "units", lowest_number)) return *flaw;
  if (marked >= values.size())
    return Error{ErrorCode::invalid_value, "marked", std::to_string(marked),
                 "a place below " + std::to_string(values.size()), "mark by one of the models"};
  const auto [low, high] = std::ranges::minmax_element(values);
  std::vector<double> ordered(values.begin(), values.end());
  std::ranges::sort(ordered);
  const std::size_t middle = ordered.size() / 2;
  const double worst = units >= 0.0 ? *low : *high;
  return ModelRange{.low = *low,
                    .high = *high,
                    .median = ordered.size() % 2 == 1 ? ordered[middle] : 0.5 * (ordered[middle - 1] + ordered[middle]),
                    .half_range = 0.5 * (*high - *low),
                    .reserve = std::abs(units * (values[marked] - worst)),
                    .lowest = low - values.begin(),
                    .highest = high - values.begin()};
}

Result<std::vector<QuoteSeparation>> quote_separations(std::span<const ModelView> views, std::span<const double> widths,
                                                       const FitLimits& limits) {
  if (views.empty()) return without_models("views");
  if (auto flaw = flaw_of_numbers(widths, "widths", std::numeric_limits<double>::min())) return *flaw;
  for (const double limit : {limits.half_spread_rmse, limits.volatility_rmse, limits.volatility_width})
    if (auto flaw = flaw_of_numbers({&limit, 1}, "limits", 0.0)) return *flaw;
  for (const ModelView& view : views)
    if (auto flaw = flaw_of_view(view, widths.size())) return *flaw;
  std::vector<QuoteSeparation> found;
  for (std::size_t quote = 0; quote < widths.size(); ++quote)
    found.push_back(separation(views, quote, widths[quote], limits));
  return found;
}

}  // namespace plimsoll
