#pragma once

#include "asked.hpp"
#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/chooser.hpp"
#include "plimsoll/method/closed_form/compound.hpp"
#include "plimsoll/method/closed_form/digital.hpp"
#include "plimsoll/method/closed_form/double_barrier.hpp"
#include "plimsoll/method/closed_form/double_touch.hpp"
#include "plimsoll/method/closed_form/extendible.hpp"
#include "plimsoll/method/closed_form/forward_start.hpp"
#include "plimsoll/method/closed_form/lookback.hpp"
#include "plimsoll/method/closed_form/partial_lookback.hpp"
#include "plimsoll/method/closed_form/partial_time_barrier.hpp"
#include "plimsoll/method/closed_form/soft_barrier.hpp"
#include "plimsoll/method/closed_form/touch.hpp"
#include "plimsoll/method/monte_carlo/asian.hpp"
#include "plimsoll/method/monte_carlo/bridged.hpp"
#include "plimsoll/method/pde/on_grid.hpp"
#include "plimsoll/method/tree/barrier_lattice.hpp"

#include <span>
#include <string>
#include <type_traits>

// The methods of each product: the door accepts what stands here as a line `value_by` and lists it when it refuses. A
// method that knows cash dividends takes a PayingSetting, one that does not a Setting.
namespace plimsoll {

/// What a method is given beside its settings and the product.
struct Setting {
  BlackScholes<double> model;
  Measures measures;
  VanillaWorkspace& workspace;
};

/// The same with the cash dividends before the expiry, which may be none.
struct PayingSetting : Setting {
  std::span<const TimedDividend> dividends;
};

inline Result<Valuation> deterministic(const Result<PricedGreeks>& priced) {
  if (!priced) return priced.error();
  Valuation valuation;
  valuation.price = priced->price;
  valuation.greeks = priced->greeks;
  return valuation;
}

/// A result of a grid or a lattice, with its error estimate where it has one.
template <class Estimated>
Result<Valuation> estimated(const Result<Estimated>& found) {
  if (!found) return found.error();
  auto valuation = deterministic(found->priced);
  valuation->error_estimate = found->error_estimate;
  return valuation;
}

inline Valuation simulated(const MonteCarloResult& result) {
  return {result.price, result.greeks, result.standard_error, result.greek_errors, std::nullopt, {}, {}};
}

/// The formula of the product.
template <class P>
Result<Valuation> by_formula(const P& product, const Setting& setting) {
  return deterministic(closed_form(product, setting.model));
}

inline Result<Valuation> by_grid(const ArithmeticAsian& product, const Setting& setting, const CrankNicolson& method) {
  return estimated(Result<GridValuation>(on_grid(product, setting.model, method)));
}

/// The spot at expiry drawn, and the bridge to it averaged.
template <class P>
Result<Valuation> by_bridge(const P& product, const Setting& setting, const MonteCarlo& method) {
  const auto found = monte_carlo_bridged(product, setting.model, method);
  if (!found) return found.error();
  return simulated(*found);
}

inline Valuation by_paths(const ArithmeticAsian& product, const Setting& setting, const MonteCarlo& method) {
  return simulated(monte_carlo_asian(product, setting.model, method));
}

/// The lattice of the product, exercised at its expiry.
template <class P>
Result<Valuation> by_lattice(const P& product, const Setting& setting, const Trinomial& method) {
  return estimated(estimated_on_lattice(product, Exercise::european, setting.model, method));
}

template <class P>
Result<Valuation> by_grid(const P& product, const PayingSetting& setting, const CrankNicolson& method) {
  return estimated(on_grid(product, setting.model, setting.dividends, method, setting.measures));
}

// One line for each product and method.
inline auto value_by(const ClosedForm&, const Digital& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const Digital& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const CrankNicolson& m, const Digital& p, const PayingSetting& s) { return by_grid(p, s, m); }
inline auto value_by(const ClosedForm&, const Touch& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const Touch& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const CrankNicolson& m, const Touch& p, const PayingSetting& s) { return by_grid(p, s, m); }
inline auto value_by(const ClosedForm&, const Barrier& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const Barrier& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const Trinomial& m, const Barrier& p, const Setting& s) { return by_lattice(p, s, m); }
inline auto value_by(const CrankNicolson& m, const Barrier& p, const PayingSetting& s) { return by_grid(p, s, m); }
inline auto value_by(const ClosedForm&, const DoubleBarrier& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const DoubleBarrier& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const Trinomial& m, const DoubleBarrier& p, const Setting& s) { return by_lattice(p, s, m); }
inline auto value_by(const CrankNicolson& m, const DoubleBarrier& p, const PayingSetting& s) {
  return by_grid(p, s, m);
}
inline auto value_by(const ClosedForm&, const SoftBarrier& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const SoftBarrier& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const ClosedForm&, const Lookback& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const Lookback& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const ClosedForm&, const DoubleTouch& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const DoubleTouch& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const CrankNicolson& m, const DoubleTouch& p, const PayingSetting& s) { return by_grid(p, s, m); }
inline auto value_by(const ClosedForm&, const ForwardStart& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const ForwardStart& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const ClosedForm&, const Chooser& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const Chooser& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const ClosedForm&, const Compound& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const Compound& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const ClosedForm&, const Extendible& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const Extendible& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const ClosedForm&, const PartialTimeBarrier& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const PartialTimeBarrier& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const CrankNicolson& m, const PartialTimeBarrier& p, const PayingSetting& s) {
  return by_grid(p, s, m);
}
inline auto value_by(const ClosedForm&, const PartialLookback& p, const Setting& s) { return by_formula(p, s); }
inline auto value_by(const MonteCarlo& m, const PartialLookback& p, const Setting& s) { return by_bridge(p, s, m); }
inline auto value_by(const CrankNicolson& m, const ArithmeticAsian& p, const Setting& s) { return by_grid(p, s, m); }
inline auto value_by(const MonteCarlo& m, const ArithmeticAsian& p, const Setting& s) { return by_paths(p, s, m); }

template <class P, class M>
concept Fits =
    requires(const M& method, const P& product, const PayingSetting& setting) { value_by(method, product, setting); };

// A method that takes a Setting which is no PayingSetting knows no dividends.
template <class P, class M>
concept FitsWithoutDividends =
    requires(const M& method, const P& product, const Setting& setting) { value_by(method, product, setting); };

template <class P, class M>
concept FitsWithDividends = Fits<P, M> && !FitsWithoutDividends<P, M>;

/// The names of the methods that fit, in the order of the variant.
template <class IsFitting>
std::string names_of_methods(const IsFitting& fits) {
  std::string names;
  const auto add = [&]<class M>(std::type_identity<M> method) {
    if (fits(method)) names += (names.empty() ? "" : ", ") + std::string(Fields<M>::name);
  };
  [&]<class... M>(std::type_identity<std::variant<M...>>) {
    (add(std::type_identity<M>{}), ...);
  }(std::type_identity<Method>{});
  return names;
}

/// The names of the methods that value the product, as a refusal lists them.
template <class P>
std::string fitting_methods(bool paying) {
  const std::string names =
      names_of_methods([&]<class M>(std::type_identity<M>) { return paying ? FitsWithDividends<P, M> : Fits<P, M>; });
  if (!names.empty() || !paying) return names;
  return "none; a dividend yield in their place is valued by " +
         names_of_methods([]<class M>(std::type_identity<M>) { return Fits<P, M>; });
}

/// Values the product by the method asked for, or refuses with those that fit.
template <class P>
Result<Valuation> value_by_method(const P& product, const PayingSetting& setting, const Method& method) {
  const bool paying = !setting.dividends.empty();
  return std::visit(
      [&]<class M>(const M& settings) -> Result<Valuation> {
        if constexpr (FitsWithDividends<P, M>) {
          return value_by(settings, product, setting);
        } else {
          if constexpr (Fits<P, M>)
            if (!paying) return value_by(settings, product, setting);
          return does_not_fit(method, std::string(Fields<P>::name) + (paying ? " with cash dividends" : ""),
                              fitting_methods<P>(paying));
        }
      },
      method);
}

}  // namespace plimsoll
