#include "plimsoll/method/fitted_prices.hpp"

#include "monte_carlo/fitted_paths.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/fourier/contour.hpp"
#include "plimsoll/method/fourier/cosine_series.hpp"
#include "plimsoll/numerics/normal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plimsoll {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr std::string_view fourier_methods = "cosine series, contour";

/// The value of an option and that of its right to one share: spot times delta.
struct Halves {
  double price = 0.0;
  double shares = 0.0;
  double error = 0.0;  // of the price
};

/// The model with the spot of the carry, and its constant rate and yield up to a time.
template <class Model>
Model carried(Model model, const ImpliedCarry& carry, double years) {
  const CarryTo to = carry_to(carry, years);
  model.spot = carry.spot;
  model.rate = years > 0.0 ? -std::log(to.discount) / years : 0.0;
  model.dividend_yield = years > 0.0 ? model.rate - std::log(to.forward / carry.spot) / years : 0.0;
  return model;
}

/// Refuses a price or a bound of its error that is no number, as where a series has no range.
template <class Value>
Result<std::vector<Halves>> halves_of(const std::vector<Value>& values, double spot, std::string_view model) {
  std::vector<Halves> halves;
  for (const Value& value : values) {
    if (!std::isfinite(value.price) || !std::isfinite(value.error))
      return Error{ErrorCode::not_converged, "model", std::string(model), "parameters for which its integrals converge",
                   "leave the model out"};
    halves.push_back({value.price, spot * value.by_parameter.spot, value.error});
  }
  return halves;
}

/// Refuses a time so far off that the carry, which grows on at its pace, is beyond a double.
std::optional<Error> flaw_of_reach(const ImpliedCarry& carry, double years) {
  const CarryTo to = carry_to(carry, years);
  if (std::isnormal(to.forward) && std::isnormal(to.discount)) return std::nullopt;
  return Error{ErrorCode::invalid_value, "expiry", text_of(years) + " years",
               "a time to which the quotes' forwards and discount factors can be carried on", "correct the expiry"};
}

/// By the cosine series and, where a check is asked for, by the contour.
struct TwoLadders {
  std::vector<Halves> first;
  std::vector<Halves> second;
  std::string_view method;
};

template <class Model>
Result<TwoLadders> ladders(const StrikeLadder& ladder, const Model& fitted, const ImpliedCarry& carry, Checked checked,
                           Measures measures) {
  if (auto flaw = flaw_of_reach(carry, ladder.expiry)) return *flaw;
  const Model model = carried(fitted, carry, ladder.expiry);
  const auto series = cosine_series(ladder, model, measures);
  if (!series) return series.error();
  auto first = halves_of(*series, carry.spot, Fields<Model>::name);
  if (!first) return first.error();
  TwoLadders found{*std::move(first), {}, fourier_methods};
  if (checked == Checked::no) return found;
  const auto integrals = contour(ladder, model, measures);
  if (!integrals) return integrals.error();
  auto second = halves_of(*integrals, carry.spot, Fields<Model>::name);
  if (!second) return second.error();
  found.second = *std::move(second);
  return found;
}

/// Black's formula of the surface's variance; the shares follow the smile, which moves with the forward.
Halves black_halves(OptionType type, double strike, double years, const Ssvi<double>& surface, const CarryTo& to) {
  const double side = sign(type);
  const double asset = to.discount * to.forward;
  const double cash = to.discount * strike;
  const double rounding = 8.0 * epsilon * (asset + cash);
  if (years == 0.0 || strike == 0.0) {
    const bool pays = side * (to.forward - strike) > 0.0;
    return {std::max(side * (asset - cash), 0.0), pays ? side * asset : 0.0, rounding};
  }
  const double log_strike = std::log(strike / to.forward);
  const VarianceJet variance = variance_jet(slice_of(surface, years), log_strike);
  const double deviation = std::sqrt(variance.value);
  const double price = black_price<double>(side, asset, cash, deviation);
  const double d1 = -log_strike / deviation + 0.5 * deviation;
  const double by_smile = asset * normal_pdf(d1) * 0.5 * variance.slope / deviation;
  return {price, side * asset * normal_cdf(side * d1) - by_smile, rounding};
}

Result<TwoLadders> ladders(const StrikeLadder& ladder, const Ssvi<double>& surface, const ImpliedCarry& carry,
                           Checked checked, Measures) {
  if (auto flaw = find_flaw(ladder)) return *flaw;
  if (auto flaw = find_flaw(surface)) return *flaw;
  if (auto flaw = flaw_of_reach(carry, ladder.expiry)) return *flaw;
  const CarryTo to = carry_to(carry, ladder.expiry);
  TwoLadders found{{}, {}, "Black"};
  for (const double strike : ladder.strikes)
    found.first.push_back(black_halves(ladder.type, strike, ladder.expiry, surface, to));
  if (checked == Checked::yes) found.second = found.first;
  return found;
}

Result<TwoLadders> ladders_of(const StrikeLadder& ladder, const FittedModel& model, const ImpliedCarry& carry,
                              Checked checked, Measures measures) {
  return std::visit([&](const auto& fitted) { return ladders(ladder, fitted, carry, checked, measures); }, model);
}

/// The digital whose vanilla option this is: cash or shares beyond the strike, or a difference of both.
double digital_of(const Digital& option, const Halves& vanilla) {
  const double side = sign(option.type);
  const double shares = side * vanilla.shares;
  const double unit = side * (vanilla.shares - vanilla.price) / option.strike;
  switch (option.payout) {
    case Payout::cash:
      return option.cash * unit;
    case Payout::asset:
      return shares;
    case Payout::difference:
      break;
  }
  return side * (shares - option.paid_strike * unit);
}

Result<FittedPrice> digital_price(const Digital& option, const FittedModel& model, const ImpliedCarry& carry,
                                  Checked checked) {
  if (!(option.strike > 0.0))
    return Error{ErrorCode::unsupported, "strike", text_of(option.strike), "a strike above zero",
                 "give the payment that is certain"};
  const auto found =
      ladders_of({option.type, option.expiry, {option.strike}}, model, carry, checked, Measures::with_greeks);
  if (!found) return found.error();
  FittedPrice price{digital_of(option, found->first[0]), 0.0, std::string(found->method)};
  if (checked == Checked::no) return price;
  const double size = std::abs(option.cash) / option.strike + std::abs(option.paid_strike) / option.strike + 1.0;
  price.error = std::abs(price.price - digital_of(option, found->second[0])) + size * found->second[0].error;
  return price;
}

FittedPrice exact(double price) { return {price, 0.0, "exact"}; }

/// Prices one kind of product after the other.
struct Pricing {
  const FittedModel& model;
  const ImpliedCarry& carry;
  const PathPlan& plan;
  Checked checked;

  Result<FittedPrice> operator()(const European& option) const {
    auto found = fitted_prices({option.type, option.expiry, {option.strike}}, model, carry, checked);
    if (!found) return found.error();
    return std::move(found->front());
  }
  Result<FittedPrice> operator()(const Digital& option) const { return digital_price(option, model, carry, checked); }
  Result<FittedPrice> operator()(const Stock&) const { return exact(carry.spot); }
  Result<FittedPrice> operator()(const Future& future) const { return exact(carry_to(carry, future.expiry).forward); }
  Result<FittedPrice> operator()(const Payment& payment) const {
    const CarryTo to = carry_to(carry, payment.expiry);
    return exact(payment.amount * to.discount * (payment.payout == Payout::asset ? to.forward : 1.0));
  }
  Result<FittedPrice> operator()(const ArithmeticAsian& option) const { return along_paths(option); }
  Result<FittedPrice> operator()(const Barrier& option) const { return along_paths(option); }
  Result<FittedPrice> operator()(const DoubleBarrier& option) const { return along_paths(option); }
  Result<FittedPrice> operator()(const Touch& option) const { return along_paths(option); }

  /// The rest has no method under any of the models.
  template <class Other>
  Result<FittedPrice> operator()(const Other&) const {
    return has_no_method(kind(model), Fields<Other>::name);
  }

 private:
  template <class Option>
  Result<FittedPrice> along_paths(const Option& option) const {
    return price_along_paths(option, model, carry, plan, checked);
  }
};

}  // namespace

Error has_no_method(std::string_view model, std::string_view product) {
  return {ErrorCode::unsupported, "model", std::string(model) + " for " + std::string(product),
          "European, Digital, ArithmeticAsian, Stock, Future, Payment under every model; Barrier, DoubleBarrier, Touch "
          "under all but VarianceGamma",
          "value the trade by the methods of the snapshot's own model, which `methods` lists"};
}

std::optional<Error> find_flaw(const ImpliedCarry& carry) {
  const std::size_t count = carry.years.size();
  if (count == 0 || carry.forwards.size() != count || carry.discounts.size() != count)
    return Error{ErrorCode::invalid_value, "years", std::to_string(count) + " expiries",
                 "one at least, each with a forward and a discount factor", "read the carry from a chain"};
  if (!(carry.spot > 0.0 && std::isfinite(carry.spot)))
    return Error{ErrorCode::invalid_value, "spot", text_of(carry.spot), "a finite number above zero",
                 "correct the spot"};
  double before = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool rises = carry.years[i] > before && std::isfinite(carry.years[i]);
    const bool has_sense = carry.forwards[i] > 0.0 && std::isfinite(carry.forwards[i]) && carry.discounts[i] > 0.0 &&
                           std::isfinite(carry.discounts[i]);
    if (!(rises && has_sense))
      return Error{ErrorCode::invalid_value, rises ? "forwards" : "years",
                   text_of(rises ? carry.forwards[i] : carry.years[i]),
                   "times that rise from zero, forwards and discount factors above zero", "correct the expiry"};
    before = carry.years[i];
  }
  return std::nullopt;
}

CarryTo carry_to(const ImpliedCarry& carry, double years) noexcept {
  const auto log_forward = [&](std::size_t i) { return std::log(carry.forwards[i] / carry.spot); };
  const auto log_discount = [&](std::size_t i) { return std::log(carry.discounts[i]); };
  const auto after = std::ranges::lower_bound(carry.years, years);
  const auto i = static_cast<std::size_t>(after - carry.years.begin());
  const auto at = [&](const auto& log_of) {
    const std::size_t last = carry.years.size() - 1;
    if (i > last) return log_of(last) * years / carry.years[last];
    const double begin = i == 0 ? 0.0 : carry.years[i - 1];
    const double low = i == 0 ? 0.0 : log_of(i - 1);
    return low + (log_of(i) - low) * (years - begin) / (carry.years[i] - begin);
  };
  return {carry.spot * std::exp(at(log_forward)), std::exp(at(log_discount))};
}

std::string_view kind(const FittedModel& model) {
  return std::visit([]<class Model>(const Model&) { return Fields<Model>::name; }, model);
}

std::optional<Error> find_flaw(const PathPlan& plan) {
  const auto refuse = [](const char* field, std::int64_t value, const char* allowed) {
    return Error{ErrorCode::invalid_value, field, std::to_string(value), allowed, "give a number in this range"};
  };
  constexpr std::int64_t most_paths = 4'294'967'296;
  if (plan.paths < 256 || plan.paths > most_paths) return refuse("paths", plan.paths, "256 to 4294967296");
  if (plan.threads < 1) return refuse("threads", plan.threads, "one at least");
  if (plan.steps_per_year < 4 || plan.steps_per_year > 10'000)
    return refuse("steps_per_year", plan.steps_per_year, "4 to 10000");
  return std::nullopt;
}

Result<std::vector<FittedPrice>> fitted_prices(const StrikeLadder& ladder, const FittedModel& model,
                                               const ImpliedCarry& carry, Checked checked) {
  if (auto flaw = find_flaw(carry)) return *flaw;
  const auto found = ladders_of(ladder, model, carry, checked, Measures::price_only);
  if (!found) return found.error();
  std::vector<FittedPrice> prices;
  for (std::size_t i = 0; i < found->first.size(); ++i) {
    const Halves& first = found->first[i];
    const double apart = checked == Checked::yes ? std::abs(first.price - found->second[i].price) : 0.0;
    const double stated = checked == Checked::yes ? found->second[i].error : 0.0;
    prices.push_back({first.price, apart + stated, std::string(found->method)});
  }
  return prices;
}

Result<FittedPrice> fitted_price(const Product& product, const FittedModel& model, const ImpliedCarry& carry,
                                 const PathPlan& plan, Checked checked) {
  if (auto flaw = find_flaw(carry)) return *flaw;
  if (auto flaw = find_flaw(product)) return *flaw;
  if (auto flaw = find_flaw(plan)) return *flaw;
  return std::visit(Pricing{model, carry, plan, checked}, product);
}

}  // namespace plimsoll
