#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fuzzer/FuzzedDataProvider.h>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <plimsoll/base/date.hpp>
#include <plimsoll/base/result.hpp>
#include <plimsoll/market/snapshot.hpp>

/// What the fuzz targets share. A property that does not hold ends the program, as a crash does.
namespace plimsoll::fuzz {

inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

/// A refusal must tell where, what is allowed and how to mend it.
inline void require_plain(const Error& error) {
  require(!name(error.code).empty() && !error.field.empty(), "a refusal names its code and field");
  require(!error.allowed.empty() && !error.fix.empty(), "a refusal says what is allowed and how to mend it");
  require(!error.message().empty(), "a refusal has a message");
}

/// Numbers as a hostile file would hold them: plain ones, edges, or any 64 bits.
class Numbers {
 public:
  explicit Numbers(FuzzedDataProvider& data) : data_(data) {}

  double any() {
    constexpr double most = std::numeric_limits<double>::max();
    constexpr double edges[] = {0.0,
                                -0.0,
                                1.0,
                                -1.0,
                                100.0,
                                1e-300,
                                1e15,
                                1e300,
                                most,
                                -most,
                                std::numeric_limits<double>::denorm_min(),
                                std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity(),
                                std::numeric_limits<double>::quiet_NaN()};
    switch (data_.ConsumeIntegralInRange(0, 3)) {
      case 0:
        return data_.PickValueInArray(edges);
      case 1:
        return std::bit_cast<double>(data_.ConsumeIntegral<std::uint64_t>());
      default:
        return plain(-1000.0, 1000.0);
    }
  }

  /// Mostly a plain number of the range, now and then any.
  double mostly(double low, double high) { return one_in(8) ? any() : plain(low, high); }
  double plain(double low, double high) { return data_.ConsumeFloatingPointInRange(low, high); }
  bool one_in(int count) { return data_.ConsumeIntegralInRange(1, count) == 1; }

  std::vector<double> list(std::size_t most, double low, double high) {
    std::vector<double> found(data_.ConsumeIntegralInRange<std::size_t>(0, most));
    for (double& value : found) value = mostly(low, high);
    return found;
  }

  Date date(Date around) {
    const int days =
        one_in(16) ? data_.ConsumeIntegralInRange(-700000, 2900000) : data_.ConsumeIntegralInRange(-30, 1500);
    return Date{(one_in(64) ? 0 : around.days) + days};
  }

 private:
  FuzzedDataProvider& data_;
};

inline const Date today = *Date::parse("2026-01-05");

inline Result<Curve> any_curve(FuzzedDataProvider& data, Numbers& numbers) {
  if (data.ConsumeBool()) return Curve::flat(numbers.mostly(-0.1, 0.2));
  auto years = numbers.list(5, 0.0, 10.0);
  if (!numbers.one_in(4)) std::ranges::sort(years);
  auto rates = numbers.list(5, -0.1, 0.2);
  if (!numbers.one_in(8)) rates.resize(years.size(), 0.01);
  return Curve::from_zero_rates(std::move(years), std::move(rates));
}

inline Result<VolatilitySurface> any_surface(FuzzedDataProvider& data, Numbers& numbers) {
  if (data.ConsumeBool()) return VolatilitySurface::flat(numbers.mostly(0.0, 2.0));
  const double atm = numbers.mostly(0.0, 2.0);
  return VolatilitySurface::skewed(atm, numbers.mostly(-2.0, 2.0));
}

/// The market of one underlying, or the refusal of its first part that makes no sense.
inline Result<UnderlyingMarket> any_market(FuzzedDataProvider& data, Numbers& numbers, std::string name) {
  const auto rate = any_curve(data, numbers);
  if (!rate) return rate.error();
  const auto dividend_yield = any_curve(data, numbers);
  if (!dividend_yield) return dividend_yield.error();
  const auto surface = any_surface(data, numbers);
  if (!surface) return surface.error();
  std::vector<CashDividend> dividends(data.ConsumeIntegralInRange<std::size_t>(0, 3));
  for (CashDividend& dividend : dividends) dividend = {numbers.date(today), numbers.mostly(0.0, 5.0)};
  if (!numbers.one_in(8)) std::ranges::sort(dividends, {}, &CashDividend::ex_date);
  return UnderlyingMarket{std::move(name),  numbers.mostly(0.0, 500.0),
                          PriceBasis::raw,  *rate,
                          Status::observed, *dividend_yield,
                          Status::assumed,  dividends,
                          *surface,         Status::observed};
}

}  // namespace plimsoll::fuzz
