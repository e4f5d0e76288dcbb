#include "plimsoll/margin/leveraged/fund.hpp"

#include "plimsoll/model/leveraged_fund.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

namespace plimsoll::margin {

namespace {

std::optional<Error> flaw_of(const FundTerms& terms, std::span<const double> closes) {
  const auto bad = [](std::string field, std::string value, const char* allowed) {
    return Error{ErrorCode::invalid_value, std::move(field), std::move(value), allowed, "correct the input"};
  };
  if (!(std::fabs(terms.multiple) <= 10.0)) return bad("multiple", text_of(terms.multiple), "from -10 to 10");
  if (!(terms.net_assets > 0.0 && terms.net_assets <= 1e15))
    return bad("net_assets", text_of(terms.net_assets), "above 0, up to 1e15");
  if (!(std::fabs(terms.annual_fee) <= 1.0)) return bad("annual_fee", text_of(terms.annual_fee), "within +-1");
  if (!(std::fabs(terms.annual_rate) <= 1.0)) return bad("annual_rate", text_of(terms.annual_rate), "within +-1");
  if (!(terms.days_per_year >= 1.0 && terms.days_per_year <= 366.0))
    return bad("days_per_year", text_of(terms.days_per_year), "from 1 to 366");
  if (closes.size() < 2) return bad("closes", std::to_string(closes.size()), "at least two");
  for (std::size_t i = 0; i < closes.size(); ++i)
    if (!(closes[i] > 0.0 && closes[i] <= 1e12))
      return bad("closes[" + std::to_string(i) + "]", text_of(closes[i]), "above 0, up to 1e12");
  return std::nullopt;
}

/// Largest size of the third derivative of log(1 + L x) - L log(1 + x) between 0 and r: each term is monotone there.
double third_derivative_bound(double multiple, double r) {
  const double fund = std::min(1.0, 1.0 + multiple * r);
  const double index = std::min(1.0, 1.0 + r);
  return 2.0 * std::fabs(multiple * multiple * multiple) / (fund * fund * fund) +
         2.0 * std::fabs(multiple) / (index * index * index);
}

}  // namespace

double rebalancing_flow(double multiple, double net_assets, double index_return) noexcept {
  return multiple * (multiple - 1.0) * net_assets * index_return;
}

Result<FundPath> fund_path(const FundTerms& terms, std::span<const double> closes) {
  if (auto flaw = flaw_of(terms, closes)) return *flaw;
  const double multiple = terms.multiple;
  const double cost = (terms.annual_fee + (multiple - 1.0) * terms.annual_rate) / terms.days_per_year;
  FundPath path;
  double assets = terms.net_assets;
  double log_growth = 0.0;
  double log_index = 0.0;
  double squares = 0.0;
  double log_squares = 0.0;
  double bound = 0.0;
  for (std::size_t i = 1; i < closes.size() && !path.lost; ++i) {
    const double r = closes[i] / closes[i - 1] - 1.0;
    const double exposure = multiple * assets * (1.0 + r);
    const double after = assets * (1.0 + multiple * r - cost);
    path.lost = !(after > 0.0 && 1.0 + multiple * r > 0.0);
    assets = path.lost ? 0.0 : after;
    const double flow = multiple * assets - exposure;
    if (!std::isfinite(flow))
      return Error{ErrorCode::invalid_value, "closes[" + std::to_string(i) + "]", text_of(closes[i]),
                   "closes that leave the assets of the fund a finite number", "correct the input"};
    path.days.push_back({closes[i], r, assets, flow, flow / closes[i]});
    path.index_return = closes[i] / closes.front() - 1.0;
    if (path.lost) break;
    log_growth += std::log1p(multiple * r);
    log_index += std::log1p(r);
    squares += r * r;
    log_squares += std::log1p(r) * std::log1p(r);
    bound += std::fabs(r * r * r) / 6.0 * third_derivative_bound(multiple, r);
  }
  path.fund_return = assets / terms.net_assets - 1.0;
  path.shortfall = path.fund_return - multiple * path.index_return;
  if (path.lost) return path;
  path.decay = log_growth - multiple * log_index;
  path.decay_by_variance = -0.5 * multiple * (multiple - 1.0) * squares;
  path.error_bound = bound;
  const double years = static_cast<double>(path.days.size()) / terms.days_per_year;
  const auto limit = leveraged_fund_growth(
      multiple, {1.0 + path.index_return, std::sqrt(log_squares / years), years, terms.annual_rate});
  if (limit) path.frequent_limit = *limit * std::exp(-terms.annual_fee * years) - 1.0;
  return path;
}

}  // namespace plimsoll::margin
