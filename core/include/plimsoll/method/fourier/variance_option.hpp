#pragma once

#include "plimsoll/method/fourier/riccati.hpp"
#include "plimsoll/model/heston.hpp"
#include "plimsoll/product/option_type.hpp"

namespace plimsoll {

/// An option on the variance that the spot gathers without a gap until expiry, the integral of v dt: strike and payoff
/// are in units of variance times years. An option on variance per year has the strike times expiry, and its price over
/// expiry.
struct IntegratedVarianceOption {
  OptionType type = OptionType::call;
  double strike = 0.0;
  double expiry = 0.0;

  friend bool operator==(const IntegratedVarianceOption&, const IntegratedVarianceOption&) = default;
};

/// Price for the holder of one unit: the inverse of the Laplace transform of the integral's law, on a contour through
/// the saddle of what is integrated, right of the pole for a put and between it and the transform's explosion for a
/// call; in the money by parity.
/// Source: Cox, Ingersoll & Ross (1985), A theory of the term structure of interest rates, Econometrica 53, eq. 23, for
/// the transform.
/// Accuracy: 1e-10 of the value out of the money, however small; the error is given.
/// Limits: refuses flaws of the model, a negative strike, and an expiry that is not above zero.
Result<RiccatiPrice> integrated_variance_option(const IntegratedVarianceOption& option, const Heston<double>& model);

/// The same by another way: the transform from Riccati's equations by Runge and Kutta's steps, and the cosine series of
/// the integral's density from ten deviations below its mean, or zero, to twenty above.
/// Source: Fang & Oosterlee (2008), A novel pricing method for European options based on Fourier-cosine series
/// expansions, SIAM J. Sci. Comput. 31, 826-848.
/// Accuracy: 1e-8 of the mean where Feller's ratio is above one, fewer digits where the density has a spike at zero;
/// the error is what twice as many terms and steps moved it by. Limits: the same, and `terms` from 16 to 4096.
Result<RiccatiPrice> integrated_variance_by_cosines(const IntegratedVarianceOption& option, const Heston<double>& model,
                                                    int terms = 256);

}  // namespace plimsoll
