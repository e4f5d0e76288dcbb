#include "plimsoll/market/correlations.hpp"

#include "plimsoll/numerics/correlation.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

namespace plimsoll {

namespace {

using Pairs = std::vector<Correlation>;
using Names = std::vector<std::string>;

std::string text_of_names(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string place_of(const Correlation& pair) { return "correlations[" + pair.first + ", " + pair.second + "]"; }

auto key_of(const Correlation& pair) { return std::tie(pair.first, pair.second); }

std::optional<Error> flaw_of_pair(const Correlation& pair) {
  if (pair.first.empty() || pair.second.empty())
    return Error{ErrorCode::missing_field, place_of(pair), "", "two names", "name both underlyings"};
  if (pair.first == pair.second)
    return Error{ErrorCode::invalid_value, place_of(pair), pair.first, "two underlyings",
                 "remove the correlation of an underlying with itself, which is one"};
  // Negated, so that NaN is refused as well.
  if (!(pair.value >= -1.0 && pair.value <= 1.0))
    return Error{ErrorCode::invalid_value, place_of(pair) + ".value", text_of(pair.value), "a number from -1 to 1",
                 "give the correlation of the two log returns"};
  return std::nullopt;
}

/// The pairs in order, each of them sound and there once.
Result<Pairs> in_order(Pairs pairs) {
  for (Correlation& pair : pairs) {
    if (auto flaw = flaw_of_pair(pair)) return *flaw;
    if (pair.second < pair.first) std::swap(pair.first, pair.second);
  }
  std::ranges::stable_sort(pairs, {}, key_of);
  const auto twin = std::ranges::adjacent_find(pairs, {}, key_of);
  if (twin == pairs.end()) return pairs;
  return Error{ErrorCode::invalid_value, place_of(*twin), text_of(twin->value) + " and " + text_of((twin + 1)->value),
               "each pair once, in either order", "remove one of the two"};
}

/// Where the pair stands in pairs that are in order, or their end.
Pairs::const_iterator place(const Pairs& pairs, std::string_view one, std::string_view other) {
  const auto [first, second] = std::minmax(one, other);
  const auto found = std::ranges::lower_bound(pairs, std::tuple{first, second}, {}, [](const Correlation& pair) {
    return std::tuple<std::string_view, std::string_view>{pair.first, pair.second};
  });
  return found != pairs.end() && found->first == first && found->second == second ? found : pairs.end();
}

/// The names of all pairs, in order.
Names names_of(const Pairs& pairs) {
  Names names;
  for (const Correlation& pair : pairs) names.insert(names.end(), {pair.first, pair.second});
  std::ranges::sort(names);
  const auto [first, last] = std::ranges::unique(names);
  names.erase(first, last);
  return names;
}

/// Sets of names that pairs tie together, however far around.
std::vector<Names> tied_together(const Pairs& pairs) {
  Names left = names_of(pairs);
  std::vector<Names> sets;
  while (!left.empty()) {
    Names set{left.front()};
    left.erase(left.begin());
    for (std::size_t reached = 0; reached < set.size(); ++reached)
      std::erase_if(left, [&](const std::string& name) {
        const bool tied = place(pairs, set[reached], name) != pairs.end();
        if (tied) set.push_back(name);
        return tied;
      });
    std::ranges::sort(set);
    sets.push_back(std::move(set));
  }
  return sets;
}

/// The matrix of the names; none where a pair is missing, which is then in `missing`.
std::optional<Matrix> matrix_of(const Pairs& pairs, std::span<const std::string> names,
                                std::pair<std::string, std::string>& missing) {
  Matrix matrix(names.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    matrix(i, i) = 1.0;
    for (std::size_t j = 0; j < i; ++j) {
      const auto pair = place(pairs, names[j], names[i]);
      if (pair == pairs.end()) {
        missing = {names[j], names[i]};
        return std::nullopt;
      }
      matrix(i, j) = matrix(j, i) = pair->value;
    }
  }
  return matrix;
}

std::optional<Error> flaw_of_matrix(const Matrix& matrix, std::span<const std::string> names) {
  const auto flaw = flaw_of_correlation(matrix);
  if (!flaw) return std::nullopt;
  return Error{flaw->code, "correlations", flaw->value + " of " + text_of_names(names),
               "correlations that returns can have together: " + flaw->allowed,
               "correct them, or ask for their repair to the nearest correlation matrix (Higham), which reports the "
               "distance"};
}

}  // namespace

Result<Correlations> Correlations::make(std::vector<Correlation> pairs) {
  auto sorted = in_order(std::move(pairs));
  if (!sorted) return sorted.error();
  for (const Names& names : tied_together(*sorted)) {
    std::pair<std::string, std::string> missing;
    const auto matrix = matrix_of(*sorted, names, missing);
    if (!matrix) continue;
    if (auto flaw = flaw_of_matrix(*matrix, names)) return *flaw;
  }
  return Correlations{*std::move(sorted)};
}

std::optional<Correlation> Correlations::find(std::string_view one, std::string_view other) const {
  const auto found = place(pairs_, one, other);
  if (found == pairs_.end()) return std::nullopt;
  return *found;
}

Result<Matrix> Correlations::matrix(std::span<const std::string> names) const {
  std::pair<std::string, std::string> missing;
  auto matrix = matrix_of(pairs_, names, missing);
  if (!matrix)
    return Error{ErrorCode::missing_quote, "correlations", missing.first + ", " + missing.second,
                 "the correlation of each pair of " + text_of_names(names),
                 "add the correlation of " + missing.first + " and " + missing.second + " to the snapshot"};
  if (auto flaw = flaw_of_matrix(*matrix, names)) return *flaw;
  return *std::move(matrix);
}

Result<RepairedCorrelations> nearest_correlations(std::vector<Correlation> pairs) {
  auto sorted = in_order(std::move(pairs));
  if (!sorted) return sorted.error();
  RepairedCorrelations repaired{*std::move(sorted), {}};
  for (Names& names : tied_together(repaired.pairs)) {
    std::pair<std::string, std::string> missing;
    const auto matrix = matrix_of(repaired.pairs, names, missing);
    if (!matrix || !flaw_of_correlation(*matrix)) continue;
    const auto nearest = nearest_correlation(*matrix);
    if (!nearest) return nearest.error();
    for (Correlation& pair : repaired.pairs) {
      const auto row = std::ranges::find(names, pair.first);
      const auto column = std::ranges::find(names, pair.second);
      if (row == names.end() || column == names.end()) continue;
      const double value = nearest->matrix(static_cast<std::size_t>(row - names.begin()),
                                           static_cast<std::size_t>(column - names.begin()));
      if (value != pair.value) pair.status = Status::assumed;
      pair.value = value;
    }
    repaired.repairs.push_back(
        {std::move(names), nearest->distance, nearest->largest_change, nearest->smallest_eigenvalue});
  }
  return repaired;
}

}  // namespace plimsoll
