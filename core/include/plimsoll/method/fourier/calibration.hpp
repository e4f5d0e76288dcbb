#pragma once

#include "plimsoll/method/fourier/cosine_series.hpp"
#include "plimsoll/numerics/quote_fit.hpp"

#include <vector>

namespace plimsoll {

/// Quoted European options of one expiry: the forward and the discount factor that parity gives, and by quote the
/// strike, the type, the price, and the weight of its squared error (one over the squared vega makes it an error of
/// volatility).
struct QuotedExpiry {
  double years = 0.0;
  double forward = 0.0;
  double discount = 1.0;
  std::vector<OptionType> types;
  std::vector<double> strikes;
  std::vector<double> prices;
  std::vector<double> weights;

  friend bool operator==(const QuotedExpiry&, const QuotedExpiry&) = default;
};

template <>
struct Fields<QuotedExpiry> {
  static constexpr std::string_view name = "QuotedExpiry";
  static constexpr auto list =
      std::make_tuple(field("years", &QuotedExpiry::years), field("forward", &QuotedExpiry::forward),
                      field("discount", &QuotedExpiry::discount), field("types", &QuotedExpiry::types),
                      field("strikes", &QuotedExpiry::strikes), field("prices", &QuotedExpiry::prices),
                      field("weights", &QuotedExpiry::weights));
};

/// The first flaw of a chain: lists of other lengths, numbers that make no sense, a price outside the bounds of no
/// arbitrage, expiries that do not rise.
std::optional<Error> find_flaw(std::span<const QuotedExpiry> chain);

/// A model fitted to a chain. Parameters of `quotes`: all but spot, rate and dividend yield, in the order of the field
/// list; quotes in the order of the chain. `model` has the spot of the start and no carry: each expiry has its own.
template <class Model>
struct ChainFit {
  Model model;
  QuoteFit quotes;
};

/// Fits the parameters that are not carry to a chain from those of `start`, within `lower` and `upper` (whose carry is
/// not read), by the cosine series and its adjoints: one evaluation of the characteristic function with its derivatives
/// for each expiry and term serves all strikes. The weights of the settings are those of the chain.
/// Source: Cui, del Bano Rollin & Germano (2017), Full and fast calibration of the Heston stochastic volatility model,
/// EJOR 263 (adjoint gradients); the rest as `fit_quotes`.
/// Accuracy, limits: of `fit_quotes`; the model's prices are those of `cosine_series`.
template <class Model>
Result<ChainFit<Model>> calibrate(std::span<const QuotedExpiry> chain, const Model& start, const Model& lower,
                                  const Model& upper, LeastSquaresSettings settings = {});

}  // namespace plimsoll
