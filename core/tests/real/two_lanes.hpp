#pragma once

#include "plimsoll/real/real.hpp"

#include <cstddef>

// The smallest lane of more than one path, to show that the adjoint number asks of a lane no more than is written here.
namespace plimsoll::testing {

struct TwoLanes {
  double a = 0.0;
  double b = 0.0;

  TwoLanes() = default;
  TwoLanes(double both_lanes) : a(both_lanes), b(both_lanes) {}
  TwoLanes(double first, double second) : a(first), b(second) {}

  friend bool operator==(const TwoLanes&, const TwoLanes&) = default;
};

struct TwoMasks {
  bool a = false;
  bool b = false;
};

template <class F>
TwoLanes each(const TwoLanes& x, F f) {
  return {f(x.a), f(x.b)};
}

inline TwoLanes operator+(const TwoLanes& x, const TwoLanes& y) { return {x.a + y.a, x.b + y.b}; }
inline TwoLanes operator-(const TwoLanes& x, const TwoLanes& y) { return {x.a - y.a, x.b - y.b}; }
inline TwoLanes operator*(const TwoLanes& x, const TwoLanes& y) { return {x.a * y.a, x.b * y.b}; }
inline TwoLanes operator/(const TwoLanes& x, const TwoLanes& y) { return {x.a / y.a, x.b / y.b}; }
inline TwoLanes operator-(const TwoLanes& x) { return {-x.a, -x.b}; }
inline TwoMasks operator>(const TwoLanes& x, const TwoLanes& y) { return {x.a > y.a, x.b > y.b}; }
inline TwoMasks both(const TwoMasks& x, const TwoMasks& y) { return {x.a && y.a, x.b && y.b}; }
inline TwoLanes select(const TwoMasks& m, const TwoLanes& yes, const TwoLanes& no) {
  return {m.a ? yes.a : no.a, m.b ? yes.b : no.b};
}
inline TwoLanes exp(const TwoLanes& x) {
  return each(x, [](double v) { return std::exp(v); });
}
inline TwoLanes log(const TwoLanes& x) {
  return each(x, [](double v) { return std::log(v); });
}
inline TwoLanes sqrt(const TwoLanes& x) {
  return each(x, [](double v) { return std::sqrt(v); });
}
inline TwoLanes normal_cdf(const TwoLanes& x) {
  return each(x, [](double v) { return plimsoll::normal_cdf(v); });
}
inline TwoLanes normal_pdf(const TwoLanes& x) {
  return each(x, [](double v) { return plimsoll::normal_pdf(v); });
}
inline TwoLanes passive(const TwoLanes& x) { return x; }
inline double lane_value(const TwoLanes& x, std::size_t lane) { return lane == 0 ? x.a : x.b; }

}  // namespace plimsoll::testing

namespace plimsoll {

template <>
struct LaneTraits<testing::TwoLanes> {
  using Mask = testing::TwoMasks;
  static constexpr std::size_t count = 2;
};

}  // namespace plimsoll
