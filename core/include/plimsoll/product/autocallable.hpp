#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/observed_path.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace plimsoll {

/// A note on the worst of several underlyings. Its performance on a date is the smallest spot over initial fixing.
/// On each coupon date the coupon is paid if the performance is at or above `coupon_level`, together with the coupons
/// missed before it (memory). On each but the last, at or above `call_level`, the note is redeemed at its notional. At
/// the end it pays the notional, or notional * performance / strike_level where that is less and the performance was
/// below `knock_in_level` on the last date or on one of `knock_in_dates`.
/// The state of a running note: coupons missed so far, and whether it is knocked in (`Knocked::yes`).
enum class Knocked { no, yes };

struct Autocallable {
  double notional = 1.0;
  std::vector<double> initial_fixings;
  std::vector<double> coupon_dates;  // ascending, in years; the last one ends the note
  double coupon = 0.0;               // a share of the notional
  double coupon_level = 0.0;
  double call_level = 1.0;
  double knock_in_level = 0.0;
  double strike_level = 1.0;
  std::vector<double> knock_in_dates;  // besides the last coupon date, ascending
  std::int64_t missed_coupons = 0;
  Knocked knocked = Knocked::no;

  friend bool operator==(const Autocallable&, const Autocallable&) = default;
};

template <>
struct Fields<Autocallable> {
  static constexpr std::string_view name = "Autocallable";
  static constexpr auto list = std::make_tuple(
      field("notional", &Autocallable::notional), field("initial_fixings", &Autocallable::initial_fixings),
      field("coupon_dates", &Autocallable::coupon_dates), field("coupon", &Autocallable::coupon),
      field("coupon_level", &Autocallable::coupon_level), field("call_level", &Autocallable::call_level),
      field("knock_in_level", &Autocallable::knock_in_level), field("strike_level", &Autocallable::strike_level),
      field("knock_in_dates", &Autocallable::knock_in_dates), field("missed_coupons", &Autocallable::missed_coupons),
      field("knocked", &Autocallable::knocked));
};

/// The dates of coupons and knock-in in one list; `is_coupon` tells which are coupon dates.
struct AutocallableSchedule {
  std::vector<double> dates;
  std::vector<std::uint8_t> is_coupon;
};

AutocallableSchedule schedule(const Autocallable& note);

inline Observations observations(const Autocallable& note) {
  return {note.initial_fixings.size(), schedule(note).dates};
}

/// The smallest spot over initial fixing on one date.
template <Real R>
R worst_performance(const Autocallable& note, std::span<const R> spots) {
  R worst = spots[0] / note.initial_fixings[0];
  for (std::size_t i = 1; i < spots.size(); ++i) worst = min(worst, R(spots[i] / note.initial_fixings[i]));
  return worst;
}

/// Limits: coupons, calls and the knock-in are jumps; a path's slope does not see them.
template <Real R>
R present_value(const Autocallable& note, const AutocallableSchedule& when, const ObservedPath<R>& path) {
  const R one{1.0};
  const R none{0.0};
  R alive = one;
  R missed{static_cast<double>(note.missed_coupons)};
  R knocked{note.knocked == Knocked::yes ? 1.0 : 0.0};
  R value = none;
  for (std::size_t d = 0; d < path.dates(); ++d) {
    const R worst = worst_performance<R>(note, path.on(d));
    knocked = select(worst < note.knock_in_level, one, knocked);
    if (when.is_coupon[d] == 0) continue;
    const R unit = note.notional * path.discounts[d] * alive;
    const auto misses = worst < note.coupon_level;
    value += unit * select(misses, none, R(note.coupon * (missed + 1.0)));
    missed = select(misses, R(missed + 1.0), none);
    if (d + 1 < path.dates()) {
      const R called = select(worst < note.call_level, none, one);
      value += unit * called;
      alive = alive * (1.0 - called);
    } else {
      value += unit * select(knocked > 0.5, R(min(worst / note.strike_level, one)), one);
    }
  }
  return value;
}

template <Real R>
R present_value(const Autocallable& note, const ObservedPath<R>& path) {
  return present_value<R>(note, schedule(note), path);
}

std::optional<Error> find_flaw(const Autocallable& note);

}  // namespace plimsoll
