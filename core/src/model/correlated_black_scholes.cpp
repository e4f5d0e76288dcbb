#include "plimsoll/model/correlated_black_scholes.hpp"

#include "plimsoll/model/black_scholes.hpp"

#include <string>

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_count(const char* name, std::size_t count, std::size_t wanted) {
  if (count == wanted) return std::nullopt;
  return Error{ErrorCode::invalid_value, name, std::to_string(count) + " numbers", std::to_string(wanted) + " numbers",
               "give one for each spot, and the correlation matrix row after row"};
}

}  // namespace

Matrix correlation_matrix(const CorrelatedBlackScholes<double>& model) {
  const std::size_t n = model.spots.size();
  Matrix matrix(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) matrix(i, j) = model.correlation[i * n + j];
  return matrix;
}

std::optional<Error> find_flaw(const CorrelatedBlackScholes<double>& model) {
  const std::size_t n = model.spots.size();
  if (n == 0)
    return Error{ErrorCode::missing_field, "spots", "[]", "at least one spot", "give the spots of the underlyings"};
  if (auto flaw = flaw_of_count("dividend_yields", model.dividend_yields.size(), n)) return flaw;
  if (auto flaw = flaw_of_count("volatilities", model.volatilities.size(), n)) return flaw;
  if (auto flaw = flaw_of_count("correlation", model.correlation.size(), n * n)) return flaw;
  for (std::size_t i = 0; i < n; ++i) {
    auto flaw =
        find_flaw(BlackScholes<double>{model.spots[i], model.rate, model.dividend_yields[i], model.volatilities[i]});
    if (!flaw) continue;
    if (flaw->field != "rate") flaw->field += " of asset " + std::to_string(i);
    return flaw;
  }
  return flaw_of_correlation(correlation_matrix(model));
}

}  // namespace plimsoll
