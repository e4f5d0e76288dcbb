#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/double_barrier.hpp"

#include <array>
#include <optional>

namespace plimsoll {

/// A smile of an exchange rate by three quotes of one expiry: the volatilities of the put and the call of forward delta
/// 25 % and of the straddle without delta.
struct FxSmile {
  double spot = 0.0;
  double domestic_rate = 0.0;
  double foreign_rate = 0.0;
  double years = 0.0;
  double put_volatility = 0.0;
  double straddle_volatility = 0.0;
  double call_volatility = 0.0;

  friend bool operator==(const FxSmile&, const FxSmile&) = default;
};

template <>
struct Fields<FxSmile> {
  static constexpr std::string_view name = "FxSmile";
  static constexpr auto list = std::make_tuple(
      field("spot", &FxSmile::spot), field("domestic_rate", &FxSmile::domestic_rate),
      field("foreign_rate", &FxSmile::foreign_rate), field("years", &FxSmile::years),
      field("put_volatility", &FxSmile::put_volatility), field("straddle_volatility", &FxSmile::straddle_volatility),
      field("call_volatility", &FxSmile::call_volatility));
};

/// The first quote that makes no sense, if there is one.
std::optional<Error> find_flaw(const FxSmile& smile);

/// A barrier option on a smile, and what its price is made of.
struct VannaVolgaPrice {
  double price = 0.0;
  double flat_price = 0.0;   // of the knock-out, at the volatility of the straddle
  double correction = 0.0;   // what hedging vega, vanna and volga of the knock-out costs beyond that volatility
  double survival = 0.0;     // risk-neutral chance that no barrier is touched
  double plain_price = 0.0;  // of the option without barriers, on the smile

  friend bool operator==(const VannaVolgaPrice&, const VannaVolgaPrice&) = default;
};

template <>
struct Fields<VannaVolgaPrice> {
  static constexpr std::string_view name = "VannaVolgaPrice";
  static constexpr auto list =
      std::make_tuple(field("price", &VannaVolgaPrice::price), field("flat_price", &VannaVolgaPrice::flat_price),
                      field("correction", &VannaVolgaPrice::correction), field("survival", &VannaVolgaPrice::survival),
                      field("plain_price", &VannaVolgaPrice::plain_price));
};

/// Price of a European option on the smile: the flat price and what the three quoted options that hedge vega, vanna and
/// volga cost beyond their own. Source: Castagna & Mercurio (2007), The vanna-volga method for implied volatilities,
/// Risk 20(1), 106-111, eqs. 4 and 7. Accuracy: exact at the three strikes; an approximation elsewhere.
Result<double> vanna_volga_plain(OptionType type, double strike, const FxSmile& smile);

/// Price of a knock-out on the smile: the flat price plus the cost of its hedge weighted by the chance that it lives to
/// pay it, held between nothing and the option without barriers; a knock-in is the rest. Where the market's own
/// volatility at the strike is given, the difference of the plain option to `vanna_volga_plain` is added with the same
/// weight.
/// Source: Castagna & Mercurio (2007); Bossens, Rayée, Skantzos & Deelstra (2010), Vanna-volga methods applied to FX
/// derivatives, Int. J. Theoretical & Applied Finance 13, 1293-1324, sec. 4 (weight by survival).
/// Accuracy: an approximation without a bound: in prices of the market it is off by some per cent of the correction.
/// Limits: no rebate; the barrier expires with the smile.
Result<VannaVolgaPrice> vanna_volga(const Barrier& option, const FxSmile& smile,
                                    std::optional<double> strike_volatility = std::nullopt);
Result<VannaVolgaPrice> vanna_volga(const DoubleBarrier& option, const FxSmile& smile,
                                    std::optional<double> strike_volatility = std::nullopt);

}  // namespace plimsoll
