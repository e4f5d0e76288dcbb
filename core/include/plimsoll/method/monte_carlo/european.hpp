#pragma once

#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monte_carlo/result.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/european.hpp"

namespace plimsoll {

/// Simulated price of a European option, per unit. Delta, vega, theta and rho are derivatives of each path by the
/// adjoint tape; gamma is the path's delta times a likelihood ratio.
/// Source: Glasserman (2003), ch. 7; Giles & Glasserman (2006), Smoking adjoints, Risk 19 (1).
/// Limits: checked input. Where nothing is left to chance the exact limit is returned, with standard errors zero.
MonteCarloResult monte_carlo_european(const European& option, const BlackScholes<double>& model,
                                      const MonteCarlo& method);

}  // namespace plimsoll
