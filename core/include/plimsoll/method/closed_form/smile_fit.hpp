#pragma once

#include "plimsoll/method/fourier/calibration.hpp"
#include "plimsoll/model/sabr.hpp"
#include "plimsoll/model/svi.hpp"

#include <span>
#include <vector>

namespace plimsoll {

/// Fits a slice of SVI to the one expiry of a chain, within bounds: Black's formula of the slice's volatilities against
/// the prices, by adjoints. Parameters of `quotes`: the fields in their order.
/// Accuracy, limits: of `fit_quotes`; a slice may have a negative density, which `svi_density_flaws` finds. Refuses a
/// chain of more than one expiry.
template <>
Result<ChainFit<Svi<double>>> calibrate(std::span<const QuotedExpiry> chain, const Svi<double>& start,
                                        const Svi<double>& lower, const Svi<double>& upper,
                                        LeastSquaresSettings settings);

/// The same with Hagan's Black volatilities under SABR; bounds that are equal hold the elasticity.
template <>
Result<ChainFit<Sabr<double>>> calibrate(std::span<const QuotedExpiry> chain, const Sabr<double>& start,
                                         const Sabr<double>& lower, const Sabr<double>& upper,
                                         LeastSquaresSettings settings);

/// Fits a surface to a chain whose expiries are those of `start`. Parameters of `quotes`: by how much the total
/// variance at the forward rises up to each expiry, then correlation, steepness and exponent. No bound of a rise is
/// below zero, and those of the others are at most the conditions of no arbitrage, so the fit is free of it by
/// construction; bounds' variances are bounds of the rises.
template <>
Result<ChainFit<Ssvi<double>>> calibrate(std::span<const QuotedExpiry> chain, const Ssvi<double>& start,
                                         const Ssvi<double>& lower, const Ssvi<double>& upper,
                                         LeastSquaresSettings settings);

/// Total variances that the quotes of an expiry imply, by logarithm of strike over forward and in rising order, with
/// the slope of the price by the total variance.
struct SmilePoint {
  double log_strike = 0.0;
  double total_variance = 0.0;
  double price_slope = 0.0;
  double weight = 0.0;  // of the squared error of the price
};

/// Limits: leaves out quotes without a time value, and refuses what `find_flaw` finds.
Result<std::vector<SmilePoint>> smile_points(const QuotedExpiry& expiry);

/// Black's volatility at the forward, linear in the total variance between the nearest strikes; that of the nearest
/// strike where all lie on one side. Limits: refuses an expiry without a quote that has a time value.
Result<double> volatility_at_forward(const QuotedExpiry& expiry);

/// Where a fit of SVI may begin: least squares of the total variances in the three parameters in which they are linear,
/// over a grid of the other two.
/// Source: De Marco & Martini (2009), Quasi-explicit calibration of Gatheral's SVI model, Zeliade Systems.
/// Limits: refuses fewer than five quotes with a time value.
Result<Svi<double>> svi_start(const QuotedExpiry& expiry);

/// The same for SABR of a given elasticity, and for a surface: the volatilities at the forward, made not to fall.
Result<Sabr<double>> sabr_start(const QuotedExpiry& expiry, double elasticity);
Result<Ssvi<double>> ssvi_start(std::span<const QuotedExpiry> chain);

}  // namespace plimsoll
