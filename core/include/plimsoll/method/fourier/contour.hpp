#pragma once

#include "plimsoll/method/fourier/fourier.hpp"

namespace plimsoll {

/// Prices of a ladder by one integral a strike over a contour of its own: through the saddle point of the integrand
/// beyond the pole, where the option is out of the money, so that a value of 1e-200 has as many digits as one of 1;
/// from there out along a hyperbola that leans to where the integrand decays, in steps that grow exponentially. The
/// trapezoidal rule is halved until it holds. Options in the money follow by parity.
/// Source: Lewis (2001), A simple option formula for general jump-diffusion and other exponential Levy processes;
/// Lord & Kahl (2007), Optimal Fourier inversion in semi-analytical option pricing, J. Comp. Finance 10 (saddle point);
/// Boyarchenko & Levendorskii (2019), Sinh-acceleration, Int. J. Theor. Appl. Finance 22; Andersen & Lake (2018),
/// Robust high-precision option pricing by Fourier transforms, SSRN 3231626.
/// Accuracy: 1e-12 relative out of the money; the error that is given is a bound of rounding and discretisation.
/// Limits: an option worth less than 1e-300 of the forward is given as zero; refuses what makes no sense.
template <class Model>
Result<std::vector<FourierValue<Model>>> contour(const StrikeLadder& ladder, const Model& model,
                                                 Measures measures = Measures::price_only);

}  // namespace plimsoll
