#include "plimsoll/numerics/bivariate_normal.hpp"

#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace plimsoll {

namespace {

// Letters are those of Genz (2004): h and k are the lower ends of the upper tail whose probability is asked for.
struct UpperTail {
  double h, k, r;
};

const GaussRule& twenty_points() {
  static const GaussRule rule = *gauss_legendre(20);
  return rule;
}

/// The integral over the correlation from zero on, by the angle whose sine it is.
double from_independence(const UpperTail& t) {
  const double half_squares = 0.5 * (t.h * t.h + t.k * t.k);
  const double half_angle = 0.5 * std::asin(t.r);
  const double integral = twenty_points()([&](double node) {
    const double sine = std::sin(half_angle * (node + 1.0));
    return std::exp((sine * t.h * t.k - half_squares) / ((1.0 - sine) * (1.0 + sine)));
  });
  return normal_cdf(-t.h) * normal_cdf(-t.k) + half_angle * integral / (2.0 * std::numbers::pi);
}

/// What the probability of a correlation of one exceeds that of r by, for r near one, times 2 pi: the leading terms in
/// closed form, the rest by quadrature.
double lost_from_one(const UpperTail& t) {
  const double hk = t.h * t.k;
  const double squares = (1.0 - t.r) * (1.0 + t.r);
  const double width = std::sqrt(squares);
  const double gap = std::abs(t.h - t.k);
  const double gap_squares = gap * gap;
  const double c = (4.0 - hk) / 8.0;
  const double d = (12.0 - hk) / 16.0;
  double lost =
      width * std::exp(-0.5 * (gap_squares / squares + hk)) *
      (1.0 - c * (gap_squares - squares) * (1.0 - d * gap_squares / 5.0) / 3.0 + c * d * squares * squares / 5.0);
  if (hk > -100.0)
    lost -= std::exp(-0.5 * hk) * std::sqrt(2.0 * std::numbers::pi) * normal_cdf(-gap / width) * gap *
            (1.0 - c * gap_squares * (1.0 - d * gap_squares / 5.0) / 3.0);
  const double half = 0.5 * width;
  lost += half * twenty_points()([&](double node) {
            const double x = half * (node + 1.0);
            const double x_squares = x * x;
            const double exponent = -0.5 * (gap_squares / x_squares + hk);
            if (exponent < -700.0) return 0.0;
            const double root = std::sqrt(1.0 - x_squares);
            const double exact = std::exp(-0.5 * hk * x_squares / ((1.0 + root) * (1.0 + root))) / root;
            return std::exp(exponent) * (exact - (1.0 + c * x_squares * (1.0 + d * x_squares)));
          });
  return lost;
}

double upper_probability(const UpperTail& t) {
  if (std::abs(t.r) < 0.925) return from_independence(t);
  const UpperTail near_one{t.h, t.r < 0.0 ? -t.k : t.k, std::abs(t.r)};
  const double lost = near_one.r < 1.0 ? lost_from_one(near_one) / (2.0 * std::numbers::pi) : 0.0;
  if (t.r > 0.0) return normal_cdf(-std::max(near_one.h, near_one.k)) - lost;
  if (near_one.h >= near_one.k) return lost;
  const double between = near_one.h < 0.0 ? normal_cdf(near_one.k) - normal_cdf(near_one.h)
                                          : normal_cdf(-near_one.h) - normal_cdf(-near_one.k);
  return between + lost;
}

}  // namespace

double bivariate_normal_cdf(double x, double y, double correlation) noexcept {
  if (!(std::abs(correlation) <= 1.0) || std::isnan(x) || std::isnan(y))
    return std::numeric_limits<double>::quiet_NaN();
  // Beyond 40 nothing is left of a tail, and the products stay finite.
  const double h = -std::clamp(x, -40.0, 40.0);
  const double k = -std::clamp(y, -40.0, 40.0);
  return std::clamp(upper_probability({h, k, correlation}), 0.0, 1.0);
}

BivariateNormalSlopes bivariate_normal_slopes(double x, double y, double correlation) noexcept {
  const double root = std::sqrt((1.0 - correlation) * (1.0 + correlation));
  const double y_given_x = (y - correlation * x) / root;
  return {normal_pdf(x) * normal_cdf(y_given_x), normal_pdf(y) * normal_cdf((x - correlation * y) / root),
          normal_pdf(x) * normal_pdf(y_given_x) / root};
}

}  // namespace plimsoll
