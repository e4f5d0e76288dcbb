#pragma once

#include "plimsoll/base/result.hpp"

namespace plimsoll {

/// Two Student-t variables over one common chi-square: the probability that they are at most x and y.
struct BivariateStudentT {
  double correlation = 0.0;
  double degrees_of_freedom = 1.0;
};

/// Source: the slope by the correlation, Genz (2004), Numerical computation of rectangular bivariate and trivariate
/// normal and t probabilities, Statistics and Computing 14, sec. 2.2, integrated from the correlation one.
/// Accuracy: 1e-12 absolute.
/// Limits: refuses a correlation outside [-1, 1], degrees of freedom that are not above zero, and NaN.
Result<double> bivariate_student_t_probability(double x, double y, const BivariateStudentT& law);

}  // namespace plimsoll
