#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace plimsoll {

/// The exact formula, where the product has one.
struct ClosedForm {
  friend bool operator==(const ClosedForm&, const ClosedForm&) = default;
};

/// Whether the leading error of a lattice or grid is removed with the help of one of half the steps.
enum class Extrapolation { none, richardson };

/// Binomial lattice centred at the strike; `steps` is odd.
struct LeisenReimer {
  std::int64_t steps = 201;
  Extrapolation extrapolation = Extrapolation::richardson;

  friend bool operator==(const LeisenReimer&, const LeisenReimer&) = default;
};

/// How a binomial lattice divides the variance of a step between the moves and their probabilities: moves up and down
/// of one size around today's spot; around the drift, with probabilities of one half; or those that match three moments
/// of the spot.
enum class BinomialMoves { cox_ross_rubinstein, jarrow_rudd, tian };

/// What the last step of a lattice rolls back: the payoff at its nodes, or the formula of the option that has one step
/// left, which takes the strike's place among the nodes out of the error.
enum class LastStep { payoff, black_scholes };

/// Binomial lattice of the textbooks.
struct Binomial {
  BinomialMoves moves = BinomialMoves::cox_ross_rubinstein;
  std::int64_t steps = 200;
  Extrapolation extrapolation = Extrapolation::richardson;
  LastStep last_step = LastStep::black_scholes;

  friend bool operator==(const Binomial&, const Binomial&) = default;
};

/// Trinomial lattice around today's spot whose moves span three variances of a step.
struct Trinomial {
  std::int64_t steps = 200;
  Extrapolation extrapolation = Extrapolation::richardson;
  LastStep last_step = LastStep::black_scholes;

  friend bool operator==(const Trinomial&, const Trinomial&) = default;
};

/// Lattice of two spots; the steps are rounded up to a multiple of twice the number of exercise dates.
struct RainbowLattice {
  std::int64_t steps = 200;
  Extrapolation extrapolation = Extrapolation::richardson;

  friend bool operator==(const RainbowLattice&, const RainbowLattice&) = default;
};

/// Finite differences in the spot, or by alternating directions in two spots, and backward in time.
struct CrankNicolson {
  std::int64_t space_steps = 200;
  std::int64_t time_steps = 100;
  Extrapolation extrapolation = Extrapolation::richardson;

  friend bool operator==(const CrankNicolson&, const CrankNicolson&) = default;
};

/// Simulation in blocks of fixed size; the seed and the block number alone select the random numbers.
struct MonteCarlo {
  std::int64_t paths = 65536;
  std::uint64_t seed = 1;
  std::int64_t threads = 1;

  friend bool operator==(const MonteCarlo&, const MonteCarlo&) = default;
};

/// The exercise boundary of an American option as the solution of an integral equation.
struct IntegralEquation {
  std::int64_t nodes = 12;         // at which the boundary is sought
  std::int64_t points = 14;        // of the quadrature at each node
  std::int64_t steps = 6;          // of Newton's method
  std::int64_t price_points = 36;  // of the quadrature of the price

  /// Sizes for an error of about 1e-5, 1e-7 and 1e-10 on a strike of 100 where nothing is extreme.
  static constexpr IntegralEquation fast() noexcept;
  static constexpr IntegralEquation accurate() noexcept;
  static constexpr IntegralEquation high_precision() noexcept;

  friend bool operator==(const IntegralEquation&, const IntegralEquation&) = default;
};

constexpr IntegralEquation IntegralEquation::fast() noexcept { return {7, 8, 5, 24}; }
constexpr IntegralEquation IntegralEquation::accurate() noexcept { return {}; }
constexpr IntegralEquation IntegralEquation::high_precision() noexcept { return {24, 32, 8, 128}; }

/// The quadratic approximation of Barone-Adesi & Whaley (1987).
struct BaroneAdesiWhaley {
  friend bool operator==(const BaroneAdesiWhaley&, const BaroneAdesiWhaley&) = default;
};

/// The modified quadratic approximation of Ju (1999).
struct JuQuadratic {
  friend bool operator==(const JuQuadratic&, const JuQuadratic&) = default;
};

/// The shape of the exercise boundary in the two editions of Bjerksund & Stensland.
enum class BoundaryEdition { flat_1993, two_steps_2002 };

/// The approximation of Bjerksund & Stensland.
struct BjerksundStensland {
  BoundaryEdition edition = BoundaryEdition::two_steps_2002;

  friend bool operator==(const BjerksundStensland&, const BjerksundStensland&) = default;
};

using Method = std::variant<ClosedForm, LeisenReimer, CrankNicolson, MonteCarlo, IntegralEquation, BaroneAdesiWhaley,
                            BjerksundStensland, JuQuadratic, Binomial, Trinomial, RainbowLattice>;

template <>
struct Fields<ClosedForm> {
  static constexpr std::string_view name = "ClosedForm";
  static constexpr auto list = std::make_tuple();
};

template <>
struct Fields<LeisenReimer> {
  static constexpr std::string_view name = "LeisenReimer";
  static constexpr auto list =
      std::make_tuple(field("steps", &LeisenReimer::steps), field("extrapolation", &LeisenReimer::extrapolation));
};

template <>
struct Fields<CrankNicolson> {
  static constexpr std::string_view name = "CrankNicolson";
  static constexpr auto list = std::make_tuple(field("space_steps", &CrankNicolson::space_steps),
                                               field("time_steps", &CrankNicolson::time_steps),
                                               field("extrapolation", &CrankNicolson::extrapolation));
};

template <>
struct Fields<MonteCarlo> {
  static constexpr std::string_view name = "MonteCarlo";
  static constexpr auto list = std::make_tuple(field("paths", &MonteCarlo::paths), field("seed", &MonteCarlo::seed),
                                               field("threads", &MonteCarlo::threads));
};

template <>
struct Fields<IntegralEquation> {
  static constexpr std::string_view name = "IntegralEquation";
  static constexpr auto list =
      std::make_tuple(field("nodes", &IntegralEquation::nodes), field("points", &IntegralEquation::points),
                      field("steps", &IntegralEquation::steps), field("price_points", &IntegralEquation::price_points));
};

template <>
struct Fields<BaroneAdesiWhaley> {
  static constexpr std::string_view name = "BaroneAdesiWhaley";
  static constexpr auto list = std::make_tuple();
};

template <>
struct Fields<JuQuadratic> {
  static constexpr std::string_view name = "JuQuadratic";
  static constexpr auto list = std::make_tuple();
};

template <>
struct Fields<BjerksundStensland> {
  static constexpr std::string_view name = "BjerksundStensland";
  static constexpr auto list = std::make_tuple(field("edition", &BjerksundStensland::edition));
};

template <>
struct Fields<Binomial> {
  static constexpr std::string_view name = "Binomial";
  static constexpr auto list =
      std::make_tuple(field("moves", &Binomial::moves), field("steps", &Binomial::steps),
                      field("extrapolation", &Binomial::extrapolation), field("last_step", &Binomial::last_step));
};

template <>
struct Fields<Trinomial> {
  static constexpr std::string_view name = "Trinomial";
  static constexpr auto list =
      std::make_tuple(field("steps", &Trinomial::steps), field("extrapolation", &Trinomial::extrapolation),
                      field("last_step", &Trinomial::last_step));
};

template <>
struct Fields<RainbowLattice> {
  static constexpr std::string_view name = "RainbowLattice";
  static constexpr auto list =
      std::make_tuple(field("steps", &RainbowLattice::steps), field("extrapolation", &RainbowLattice::extrapolation));
};

/// The name of the method, for instance "LeisenReimer".
std::string_view kind(const Method& method);

/// The first setting that makes no sense, if there is one.
std::optional<Error> find_flaw(const Method& method);

}  // namespace plimsoll
