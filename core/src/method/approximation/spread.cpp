#include "plimsoll/method/approximation/spread.hpp"

#include "plimsoll/numerics/roots.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

namespace plimsoll {

namespace {

constexpr double widest = 9.5;  // deviations from the mean, beyond which 1e-21 of a normal lies

/// What is paid: `one` units of the first asset less `two` of the second and the strike.
struct Legs {
  double side, one, two, strike, expiry;
};

/// The first leg given the second asset `z` deviations from its mean, today's value, what is left to chance at its
/// mean.
double first_leg(double z, const Legs& option, const TwoAssets<double>& m) {
  const double pull = m.correlation * m.volatility1 * std::sqrt(option.expiry);
  return option.one * m.spot1 * std::exp(-m.dividend_yield1 * option.expiry + pull * z - 0.5 * pull * pull);
}

/// That leg less the second and the strike: the gap decides whether the option is exercised. Without chance left
/// between them the payoff bends where it is zero.
double gap_at(double z, const Legs& option, const TwoAssets<double>& m) {
  const double push = m.volatility2 * std::sqrt(option.expiry);
  return first_leg(z, option, m) -
         option.two * m.spot2 * std::exp(-m.dividend_yield2 * option.expiry + push * z - 0.5 * push * push) -
         option.strike * std::exp(-m.rate * option.expiry);
}

/// The ends of the pieces in which the integrand is smooth and no narrow part of the whole.
std::vector<double> bends(const Legs& option, const TwoAssets<double>& model) {
  constexpr int scan = 190;
  const double left =
      model.volatility1 * std::sqrt((1.0 - model.correlation) * (1.0 + model.correlation) * option.expiry);
  const double push = model.volatility2 * std::sqrt(option.expiry);
  const double pull = model.correlation * model.volatility1 * std::sqrt(option.expiry);
  // What an asset brings lies about a mean that is as far off as it moves with `z`.
  const double least = std::min(pull, 0.0) - widest;
  const double most = std::max(pull, push) + widest;
  const auto gap = [&](double z) { return gap_at(z, option, model); };
  std::vector<double> ends{least, -4.0, 0.0, 4.0, most};
  for (int i = 0; i < scan; ++i) {
    const double low = least + (most - least) * i / scan;
    const double high = least + (most - least) * (i + 1) / scan;
    if ((gap(low) > 0.0) == (gap(high) > 0.0)) continue;
    const auto root = brent(gap, low, high);
    if (!root) continue;
    // Eight deviations of what is left to chance decide within so much of `z`.
    constexpr double step = 1e-4;
    const double slope = (gap(root->x + step) - gap(root->x - step)) / (2.0 * step);
    const double width = 8.0 * left * first_leg(root->x, option, model) / std::abs(slope);
    for (const double end : {root->x - width, root->x, root->x + width})
      if (least < end && end < most) ends.push_back(end);
  }
  // Where the second leg crosses zero the option on the first becomes certain, smooth but within ever less.
  const double ratio =
      -option.strike * std::exp((model.dividend_yield2 - model.rate) * option.expiry) / (option.two * model.spot2);
  const double crossing = (std::log(ratio) + 0.5 * push * push) / push;
  if (least < crossing && crossing < most) ends.push_back(crossing);
  std::ranges::sort(ends);
  return ends;
}

struct Node {
  double z, weight;
};

/// Nodes that crowd at both ends of each piece. Source: Takahasi & Mori (1974).
std::vector<Node> nodes_between(const std::vector<double>& ends) {
  constexpr double step = 1.0 / 16.0;
  constexpr int half = 52;
  std::vector<Node> nodes;
  for (std::size_t piece = 1; piece < ends.size(); ++piece) {
    if (!(ends[piece] > ends[piece - 1])) continue;
    const double middle = 0.5 * (ends[piece] + ends[piece - 1]);
    const double reach = 0.5 * (ends[piece] - ends[piece - 1]);
    for (int i = -half; i <= half; ++i) {
      const double argument = 0.5 * std::numbers::pi * std::sinh(step * i);
      const double flat = 1.0 / std::cosh(argument);
      const double slope = 0.5 * std::numbers::pi * std::cosh(step * i) * flat * flat;
      nodes.push_back({middle + reach * std::tanh(argument), step * reach * slope});
    }
  }
  return nodes;
}

template <Real R>
R exact_price(const Legs& option, const TwoAssets<R>& model, const R& years, const std::vector<Node>& nodes) {
  const R root = deviation_of<R>(years);
  const R push = model.volatility2 * root;
  const R pull = model.correlation * model.volatility1 * root;
  const R left = deviation_of<R>(R(max(R((1.0 - model.correlation) * (1.0 + model.correlation)), R{0.0}) *
                                   model.volatility1 * model.volatility1 * years));
  const R first = option.one * model.spot1 * exp(-model.dividend_yield1 * years);
  const R second = option.two * model.spot2 * exp(-model.dividend_yield2 * years);
  const R strike = option.strike * exp(-model.rate * years);
  const double side = option.side;
  R sum{0.0};
  for (const Node& node : nodes) {
    const R asset = first * exp(pull * node.z - 0.5 * pull * pull);
    const R paid = second * exp(push * node.z - 0.5 * push * push) + strike;
    // Below zero what is paid is received: the call is sure to be exercised, the put worthless.
    const R price = black_price<R>(Passive<R>{side}, asset, R(max(paid, R{0.0})), left) +
                    (side > 0.0 ? R(max(R(-paid), R{0.0})) : R{0.0});
    sum += node.weight * normal_pdf(node.z) * price;
  }
  return sum;
}

Legs legs_of(const Spread& option) { return {sign(option.type), 1.0, 1.0, option.strike, option.expiry}; }

/// Sensitivities of the price. Where the second asset decides over the first, with nothing left to chance, the payoff
/// keeps its kink, which no tangent sees: gammas and the rest are then those beside that limit, off by as little.
Result<PricedTwoAssets> exact(const Legs& option, const TwoAssets<double>& model) {
  constexpr double beside = 1e-8;
  TwoAssets<double> inside = model;
  inside.correlation = std::clamp(model.correlation, beside - 1.0, 1.0 - beside);
  // Wide enough for the roots at which the pieces end to be known within.
  if (model.volatility2 > 0.0) inside.volatility1 = std::max(model.volatility1, 1e-6);
  const std::vector<Node> nodes = nodes_between(bends(option, inside));
  PricedTwoAssets priced = two_asset_greeks(inside, option.expiry, [&]<class R>(const TwoAssets<R>& m, const R& years) {
    return exact_price<R>(option, m, years, nodes);
  });
  if (inside != model)
    priced.price = exact_price<double>(option, model, option.expiry, nodes_between(bends(option, model)));
  return within_doubles(priced);
}

/// Kirk's price as a function of what the splitting differentiates it by: first forward over second leg, and second
/// leg.
struct KirkOfLegs {
  double strike, years, volatility1, volatility2, correlation, discount;

  template <class T>
  T volatility_of_leg(const T& leg) const {
    return volatility2 * (leg - strike) / leg;
  }

  template <class T>
  T operator()(const T& ratio, const T& leg) const {
    const T volatility = volatility_of_leg<T>(leg);
    const T variance =
        volatility1 * volatility1 - 2.0 * correlation * volatility1 * volatility + volatility * volatility;
    const T deviation = sqrt(T{variance * years});
    const T d1 = log(ratio) / deviation + 0.5 * deviation;
    return discount * leg * (ratio * normal_cdf(d1) - normal_cdf(T{d1 - deviation}));
  }
};

/// The generator of what Kirk leaves out, applied to a function of ratio and leg; derivatives by tangents of tangents.
template <class F>
struct LeftOut {
  KirkOfLegs terms;
  F f;

  template <class T>
  T operator()(const T& ratio, const T& leg) const {
    using One = Dual<T>;
    using Two = Dual<One>;
    const T one{1.0};
    const T zero{0.0};
    const Two twice = f(Two{One{ratio, zero}, One{zero, zero}}, Two{One{leg, one}, One{one, zero}});
    const Two mixed = f(Two{One{ratio, one}, One{zero, zero}}, Two{One{leg, zero}, One{one, zero}});
    const T volatility = terms.volatility_of_leg<T>(leg);
    const T cross = (terms.correlation * terms.volatility1 - volatility) * volatility * ratio;
    return 0.5 * volatility * volatility * leg * leg * twice.tangent.tangent +
           cross * (leg * mixed.tangent.tangent - mixed.value.tangent);
  }
};

/// Source: Lo (2015), Pricing spread options by the operator splitting method, with its half step of what Kirk leaves
/// out taken to first or second order.
double splitting_price(const Spread& option, const TwoAssets<double>& m, bool second_order) {
  const double years = option.expiry;
  const double forward2 = m.spot2 * std::exp((m.rate - m.dividend_yield2) * years);
  const double ratio = m.spot1 * std::exp((m.rate - m.dividend_yield1) * years) / (forward2 + option.strike);
  const double leg = forward2 + option.strike;
  const KirkOfLegs kirk{option.strike, years, m.volatility1, m.volatility2, m.correlation, std::exp(-m.rate * years)};
  const LeftOut<KirkOfLegs> once{kirk, kirk};
  double call = kirk(ratio, leg) + 0.5 * years * once(ratio, leg);
  if (second_order) call += 0.125 * years * years * LeftOut<LeftOut<KirkOfLegs>>{kirk, once}(ratio, leg);
  return option.type == OptionType::call ? call : call - kirk.discount * leg * (ratio - 1.0);
}

std::optional<Error> flaw_of_approximation(const Spread& option, const TwoAssets<double>& model) {
  const double leg = model.spot2 * std::exp((model.rate - model.dividend_yield2) * option.expiry) + option.strike;
  if (leg > 0.0 && model.spot1 > 0.0) return std::nullopt;
  return Error{ErrorCode::unsupported, "strike", text_of(option.strike),
               "a second forward and a strike above zero together, and a first spot above zero",
               "take the exact price"};
}

}  // namespace

Result<PricedTwoAssets> spread_exact(const Spread& option, const TwoAssets<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  return exact(legs_of(option), model);
}

Result<PricedTwoAssets> basket_exact(const BasketOption& option, const TwoAssets<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  const std::vector<double>& w = option.weights;
  if (option.of != Aggregate::sum || w.size() != 2 || !(w[0] > 0.0))
    return Error{ErrorCode::unsupported, "weights", std::to_string(w.size()) + " from " + text_of(w[0]),
                 "the sum of two underlyings, the first with a weight above zero",
                 "simulate what is on more, or on the best or worst of them"};
  return exact({sign(option.type), w[0], -w[1], option.strike, option.expiry}, model);
}

Result<PricedTwoAssets> spread_kirk(const Spread& option, const TwoAssets<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = flaw_of_approximation(option, model)) return *flaw;
  return within_doubles(two_asset_greeks(model, option.expiry, [&]<class R>(const TwoAssets<R>& m, const R& years) {
    return kirk_price<R>(option, m, years);
  }));
}

Result<double> spread_price(const Spread& option, const TwoAssets<double>& model, SpreadMethod method) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (method == SpreadMethod::exact)
    return exact_price<double>(legs_of(option), model, option.expiry, nodes_between(bends(legs_of(option), model)));
  if (auto flaw = flaw_of_approximation(option, model)) return *flaw;
  const bool certain = !(option.expiry > 0.0 && model.volatility1 + model.volatility2 > 0.0);
  if (method == SpreadMethod::kirk || certain) return kirk_price<double>(option, model, option.expiry);
  return splitting_price(option, model, method == SpreadMethod::splitting_second_order);
}

}  // namespace plimsoll
