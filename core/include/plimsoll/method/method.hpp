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

/// Finite differences in the spot and backward in time.
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

using Method = std::variant<ClosedForm, LeisenReimer, CrankNicolson, MonteCarlo>;

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

/// The name of the method, for instance "LeisenReimer".
std::string_view kind(const Method& method);

/// The first setting that makes no sense, if there is one.
std::optional<Error> find_flaw(const Method& method);

}  // namespace plimsoll
