#include "plimsoll/statistics/traffic_light.hpp"

#include "plimsoll/statistics/check.hpp"
#include "plimsoll/statistics/distributions.hpp"

#include <algorithm>

namespace plimsoll {
namespace {

constexpr double yellow_from = 0.95;
constexpr double red_from = 0.9999;

}  // namespace

Result<TrafficLight> traffic_light(std::int64_t exceptions) {
  if (auto flaw = check::within(exceptions, 0, traffic_light_days, "exceptions")) return *flaw;
  const auto last = static_cast<std::int64_t>(basel_traffic_light_table.size()) - 1;
  const TrafficLightRow& row = basel_traffic_light_table[static_cast<std::size_t>(std::min(exceptions, last))];
  return TrafficLight{row.zone, binomial_probability(exceptions, traffic_light_days, traffic_light_tail_probability),
                      row.increase_1996, 3.0 + row.increase_1996, row.multiplier_mar32};
}

Result<Zone> traffic_light_zone(std::int64_t exceptions, std::int64_t observations, double tail_probability) {
  if (auto flaw = check::within(observations, 1, 1'000'000'000, "observations")) return *flaw;
  if (auto flaw = check::within(exceptions, 0, observations, "exceptions")) return *flaw;
  if (auto flaw = check::open_probability(tail_probability, "tail_probability")) return *flaw;
  const double probability = binomial_probability(exceptions, observations, tail_probability);
  if (probability < yellow_from) return Zone::green;
  return probability < red_from ? Zone::yellow : Zone::red;
}

}  // namespace plimsoll
