#include "plimsoll/method/closed_form/fx_delta.hpp"

#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/roots.hpp"

#include <optional>

namespace plimsoll {

namespace {

bool is_adjusted(FxDelta convention) {
  return convention == FxDelta::premium_adjusted_spot || convention == FxDelta::premium_adjusted_forward;
}

bool is_of_spot(FxDelta convention) {
  return convention == FxDelta::spot || convention == FxDelta::premium_adjusted_spot;
}

Error refuse(const char* field, double value, const char* allowed) {
  return {ErrorCode::invalid_value, field, text_of(value), allowed, "correct the quote"};
}

std::optional<Error> flaw_of(const FxMarket& market, double deviation) {
  const auto is_positive = [](double value) { return value > 0.0 && std::isfinite(value); };
  if (!is_positive(market.spot)) return refuse("spot", market.spot, "a finite number > 0");
  if (!is_positive(market.domestic_discount))
    return refuse("domestic_discount", market.domestic_discount, "a finite number > 0");
  if (!is_positive(market.foreign_discount))
    return refuse("foreign_discount", market.foreign_discount, "a finite number > 0");
  if (!(deviation >= 0.0 && std::isfinite(deviation))) return refuse("deviation", deviation, "a finite number >= 0");
  return std::nullopt;
}

/// Forward delta by the strike in units of the forward.
double forward_delta(OptionType type, bool adjusted, double ratio, double deviation) {
  const double side = sign(type);
  if (!(deviation > 0.0)) return side * -std::log(ratio) > 0.0 ? side * (adjusted ? ratio : 1.0) : 0.0;
  const double d1 = -std::log(ratio) / deviation + 0.5 * deviation;
  return adjusted ? side * ratio * normal_cdf(side * (d1 - deviation)) : side * normal_cdf(side * d1);
}

/// The d2 at which a premium-adjusted call has its largest delta.
Result<Root> dearest_d2(double deviation) {
  return brent([&](double d2) { return deviation * normal_cdf(d2) - normal_pdf(d2); }, -30.0, 30.0);
}

/// The logarithm of strike over forward of a premium-adjusted delta, between two that enclose it.
Result<double> adjusted_ratio(OptionType type, double delta, double deviation, double low, double high) {
  const auto root =
      brent([&](double log_ratio) { return forward_delta(type, true, std::exp(log_ratio), deviation) - delta; }, low,
            high, {1e-15, 1e-15, 300});
  if (root) return std::exp(root->x);
  return Error{ErrorCode::invalid_value, "delta", text_of(delta), "a delta that a strike has at this deviation",
               "check the sign and the convention of the delta"};
}

}  // namespace

Result<double> fx_delta(OptionType type, FxDelta convention, double strike, const FxMarket& market, double deviation) {
  if (auto flaw = flaw_of(market, deviation)) return *flaw;
  if (!(strike > 0.0 && std::isfinite(strike))) return refuse("strike", strike, "a finite number > 0");
  return forward_delta(type, is_adjusted(convention), strike / forward(market), deviation) *
         (is_of_spot(convention) ? market.foreign_discount : 1.0);
}

Result<double> fx_strike(OptionType type, FxDelta convention, double delta, const FxMarket& market, double deviation) {
  if (auto flaw = flaw_of(market, deviation)) return *flaw;
  if (!(deviation > 0.0)) return refuse("deviation", deviation, "a finite number > 0");
  const double by_forward = delta / (is_of_spot(convention) ? market.foreign_discount : 1.0);
  const double probability = sign(type) * by_forward;
  if (!(probability > 0.0 && (probability < 1.0 || (is_adjusted(convention) && type == OptionType::put))))
    return refuse("delta", delta, "above 0 for a call, below 0 for a put, within what one unit of forward allows");
  const double at = forward(market);
  const double plain = std::exp(0.5 * deviation * deviation -
                                sign(type) * deviation * normal_quantile(std::min(probability, 1.0 - 1e-16)));
  if (!is_adjusted(convention)) return at * plain;
  if (type == OptionType::put) {
    // The delta falls with the strike without end.
    const auto ratio = adjusted_ratio(type, by_forward, deviation, -40.0 * deviation - 1.0,
                                      std::log1p(probability) + 40.0 * deviation + 1.0);
    if (!ratio) return ratio.error();
    return at * *ratio;
  }
  const auto dearest = dearest_d2(deviation);
  if (!dearest) return dearest.error();
  const double lowest = -deviation * (dearest->x + 0.5 * deviation);
  const auto ratio = adjusted_ratio(type, by_forward, deviation, lowest, std::max(std::log(plain), lowest));
  if (!ratio) return ratio.error();
  return at * *ratio;
}

double fx_straddle_strike(FxDelta convention, const FxMarket& market, double deviation) {
  const double half_variance = 0.5 * deviation * deviation;
  return forward(market) * std::exp(is_adjusted(convention) ? -half_variance : half_variance);
}

}  // namespace plimsoll
