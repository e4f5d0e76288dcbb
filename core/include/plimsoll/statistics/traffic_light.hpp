#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <array>
#include <cstdint>
#include <tuple>

namespace plimsoll {

enum class Zone { green, yellow, red };

/// The colour of a count of exceptions, with the multipliers of both rule books.
struct TrafficLight {
  Zone zone = Zone::green;
  double cumulative_probability = 0.0;
  double increase_1996 = 0.0;
  double multiplier_1996 = 3.0;
  double multiplier_mar32 = 1.5;

  friend bool operator==(const TrafficLight&, const TrafficLight&) = default;
};

template <>
struct Fields<TrafficLight> {
  static constexpr std::string_view name = "TrafficLight";
  static constexpr auto list = std::make_tuple(
      field("zone", &TrafficLight::zone), field("cumulative_probability", &TrafficLight::cumulative_probability),
      field("increase_1996", &TrafficLight::increase_1996), field("multiplier_1996", &TrafficLight::multiplier_1996),
      field("multiplier_mar32", &TrafficLight::multiplier_mar32));
};

/// One row of the supervisory table: exceptions among 250 days at 99 %.
struct TrafficLightRow {
  Zone zone;
  double increase_1996;
  double multiplier_mar32;
};

/// Rows for 0 to 10 exceptions; the last holds for all above.
/// Source: BCBS (1996), Supervisory framework for the use of backtesting, table 2; Basel framework MAR32.9.
inline constexpr std::array<TrafficLightRow, 11> basel_traffic_light_table{{
    {Zone::green, 0.00, 1.50},
    {Zone::green, 0.00, 1.50},
    {Zone::green, 0.00, 1.50},
    {Zone::green, 0.00, 1.50},
    {Zone::green, 0.00, 1.50},
    {Zone::yellow, 0.40, 1.70},
    {Zone::yellow, 0.50, 1.76},
    {Zone::yellow, 0.65, 1.83},
    {Zone::yellow, 0.75, 1.88},
    {Zone::yellow, 0.85, 1.92},
    {Zone::red, 1.00, 2.00},
}};

/// Days that the table is written for, and its tail probability.
inline constexpr std::int64_t traffic_light_days = 250;
inline constexpr double traffic_light_tail_probability = 0.01;

/// The colour of so many exceptions in 250 days of a 99 % value at risk, and the probability of at most that many
/// under a right model. Limits: 0 to 250 exceptions.
Result<TrafficLight> traffic_light(std::int64_t exceptions);

/// The colour for any number of days and any level by the probability of at most so many exceptions: yellow from
/// 95 %, red from 99.99 %. Source: BCBS (1996), sec. III. It agrees with the table where the table applies.
Result<Zone> traffic_light_zone(std::int64_t exceptions, std::int64_t observations, double tail_probability);

}  // namespace plimsoll
