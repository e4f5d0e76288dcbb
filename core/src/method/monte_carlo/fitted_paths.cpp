#include "fitted_paths.hpp"

#include "fitted_steps.hpp"
#include "plimsoll/method/monte_carlo/simulation.hpp"

#include <memory>
#include <string>
#include <type_traits>

namespace plimsoll {

namespace {

/// On each date the spot, the probability that the step touched no level, and one where the product looks, else zero.
using Path = ObservedPath<double>;
using fitted::Levels;

constexpr double most_steps = 100'000.0;

/// Times of the steps: none is longer than a step of the plan, of which there are sixteen at least to the last date, or
/// than that over `share`.
Result<std::vector<double>> times_of(std::span<const double> dates, const PathPlan& plan, double share) {
  constexpr double least_steps = 16.0;
  const double pace = share * std::max(static_cast<double>(plan.steps_per_year), least_steps / dates.back());
  if (!(pace * dates.back() <= most_steps))
    return Error{ErrorCode::invalid_value, "steps_per_year", std::to_string(plan.steps_per_year),
                 "at most 100000 steps to the last date", "take fewer steps a year"};
  std::vector<double> times;
  double before = 0.0;
  for (const double date : dates) {
    const auto count = static_cast<std::size_t>(std::max(std::ceil((date - before) * pace * (1.0 - 1e-12)), 1.0));
    for (std::size_t k = 1; k < count; ++k)
      times.push_back(before + (date - before) * static_cast<double>(k) / static_cast<double>(count));
    times.push_back(date);
    before = date;
  }
  return times;
}

/// Each step in two.
std::vector<double> halved(std::span<const double> times) {
  std::vector<double> halves;
  double before = 0.0;
  for (const double time : times) {
    halves.push_back(0.5 * (before + time));
    halves.push_back(time);
    before = time;
  }
  return halves;
}

/// When steps end, the forwards of then, and whether the product looks.
struct Calendar {
  std::vector<double> times;
  std::vector<double> forwards;
  std::vector<double> discounts;
  std::vector<double> looks;
};

Calendar calendar_of(std::vector<double> times, std::span<const double> dates, const ImpliedCarry& carry) {
  Calendar calendar;
  for (const double time : times) {
    const CarryTo to = carry_to(carry, time);
    calendar.forwards.push_back(to.forward);
    calendar.discounts.push_back(to.discount);
    calendar.looks.push_back(std::ranges::binary_search(dates, time) ? 1.0 : 0.0);
  }
  calendar.times = std::move(times);
  return calendar;
}

/// Paths of spots and of what the levels leave.
template <class Steps>
PathSource paths_of(Steps steps, Calendar calendar, const Levels& levels, double spot) {
  PathSource source;
  source.assets = 3;
  source.discounts = calendar.discounts;
  source.draw = [steps = std::make_shared<const Steps>(std::move(steps)), calendar = std::move(calendar), levels, spot](
                    RandomStream& stream, std::span<double> out) {
    const std::vector<double>& forwards = calendar.forwards;
    std::vector<double> normals(2 * forwards.size());
    stream.fill_normal(normals);
    fitted::State state = steps->start();
    double before = spot;
    for (std::size_t i = 0; i < forwards.size(); ++i) {
      const fitted::Step step = steps->advance(i, state, std::span(normals).subspan(2 * i, 2), stream);
      const double after = forwards[i] * std::exp(step.to.log_share);
      const double near = forwards[i] * std::exp(step.without_jumps);
      double kept = 1.0;
      if (levels.any()) kept = levels.are_touched(after) ? 0.0 : levels.kept(before, near, step.bridge_variance);
      out[3 * i] = after;
      out[3 * i + 1] = kept;
      out[3 * i + 2] = calendar.looks[i];
      before = after;
      state = step.to;
    }
  };
  return source;
}

/// What is simulated: the dates that matter, the levels, the amount along a path, and controls with known means.
struct Task {
  std::vector<double> dates;
  Levels levels{};
  PathValue value;
  std::vector<PathControl> controls;
  std::string_view product;
};

Result<PathSource> source_of(const Task& task, const FittedModel& model, const ImpliedCarry& carry,
                             std::vector<double> times) {
  const Calendar calendar = calendar_of(std::move(times), task.dates, carry);
  return std::visit(
      [&](const auto& terms) -> Result<PathSource> {
        if (auto flaw = find_flaw(terms)) return *flaw;
        auto steps = fitted::steps_of(terms, calendar.times);
        if (!steps) return steps.error();
        using Steps = std::remove_cvref_t<decltype(*steps)>;
        if (!Steps::is_bridged && task.levels.any()) return has_no_method(kind(model), task.product);
        return paths_of(*std::move(steps), calendar, task.levels, carry.spot);
      },
      model);
}

/// The mean with these steps, and its standard error.
Result<FittedPrice> mean_along(const Task& task, const FittedModel& model, const ImpliedCarry& carry,
                               const PathPlan& plan, std::vector<double> times) {
  const auto source = source_of(task, model, carry, std::move(times));
  if (!source) return source.error();
  const auto found = simulate_mean(*source, task.value, task.controls,
                                   Simulation{.paths = plan.paths, .seed = plan.seed, .threads = plan.threads});
  if (!found) return found.error();
  return FittedPrice{found->price, found->standard_error, "paths"};
}

/// The mean with the steps of the plan and, where a check is asked for, what the bias may be: of the first order in the
/// steps, it is what half of them change and, where the dates leave no fewer, twice what the double changes.
Result<FittedPrice> simulated(const Task& task, const FittedModel& model, const ImpliedCarry& carry,
                              const PathPlan& plan, Checked checked) {
  const auto times = times_of(task.dates, plan, 1.0);
  if (!times) return times.error();
  auto price = mean_along(task, model, carry, plan, *times);
  if (!price || checked == Checked::no) return price;
  const auto half = times_of(task.dates, plan, 0.5);
  if (!half) return half.error();
  const bool are_fewer = half->size() < times->size();
  const auto other = mean_along(task, model, carry, plan, are_fewer ? *half : halved(*times));
  if (!other) return other.error();
  price->error += (are_fewer ? 1.0 : 2.0) * std::abs(other->price - price->price);
  return price;
}

double sum_seen(const Path& path) {
  double sum = 0.0;
  for (std::size_t d = 0; d < path.dates(); ++d) sum += path.on(d)[0] * path.on(d)[2];
  return sum;
}

double last_spot(const Path& path) { return path.on(path.dates() - 1)[0]; }

PathControl forward_control(const ImpliedCarry& carry, double expiry) {
  const CarryTo to = carry_to(carry, expiry);
  return {"forward", to.discount * to.forward,
          [](const Path& path) { return path.discounts.back() * last_spot(path); }};
}

/// An option that levels end or begin.
struct Watched {
  LinearPayoff payoff;
  double expiry = 0.0;
  Levels levels{};
  bool begins = false;           // at a level; else it ends there
  double rebate_at_end = 0.0;    // of an option that never began
  double rebate_at_hit = 0.0;    // of one that ended
  std::optional<Product> plain;  // without its levels, where that has a price
  std::string_view product;

  [[nodiscard]] double amount(double spot) const {
    return spot > payoff.low && spot < payoff.high ? payoff.per_asset * spot + payoff.per_cash : 0.0;
  }

  [[nodiscard]] double value(const Path& path) const {
    double kept = 1.0;
    double at_hits = 0.0;
    double discount_before = 1.0;
    for (std::size_t d = 0; d < path.dates(); ++d) {
      const double next = kept * path.on(d)[1];
      at_hits += (kept - next) * 0.5 * (discount_before + path.discounts[d]);
      discount_before = path.discounts[d];
      kept = next;
    }
    const double paid = amount(last_spot(path));
    const double at_end = begins ? paid * (1.0 - kept) + rebate_at_end * kept : paid * kept;
    return path.discounts.back() * at_end + rebate_at_hit * at_hits;
  }
};

Watched paying(const LinearPayoff& payoff, double expiry) {
  Watched watched;
  watched.payoff = payoff;
  watched.expiry = expiry;
  return watched;
}

Result<FittedPrice> price_of(const Watched& option, const FittedModel& model, const ImpliedCarry& carry,
                             const PathPlan& plan, Checked checked) {
  if (option.levels.are_touched(carry.spot))
    return Error{ErrorCode::invalid_value, "spot", text_of(carry.spot),
                 "a spot that has touched no level of a trade that is alive", "give the trade's state as knocked"};
  if (option.expiry <= 0.0)
    return FittedPrice{option.begins ? option.rebate_at_end : option.amount(carry.spot), 0.0, "exact"};
  Task task{
      {option.expiry}, option.levels, [option](const Path& path) { return option.value(path); }, {}, option.product};
  task.controls.push_back(forward_control(carry, option.expiry));
  if (option.plain) {
    const auto plain = fitted_price(*option.plain, model, carry, plan, Checked::no);
    if (!plain) return plain.error();
    task.controls.push_back({"without levels", plain->price, [option](const Path& path) {
                               return path.discounts.back() * option.amount(last_spot(path));
                             }});
  }
  return simulated(task, model, carry, plan, checked);
}

/// What a barrier option would be without its levels.
template <class Option>
Product plain_of(const Option& option) {
  if (option.payout == Payout::difference) return European{option.type, option.strike, option.expiry};
  return Digital{option.type, option.payout, option.strike, option.cash, 0.0, option.expiry};
}

}  // namespace

Result<FittedPrice> price_along_paths(const ArithmeticAsian& option, const FittedModel& model,
                                      const ImpliedCarry& carry, const PathPlan& plan, Checked checked) {
  ArithmeticAsian rest = option;  // fixings at time zero become fixings made
  for (; !rest.fixings.empty() && rest.fixings.front() <= 0.0; rest.fixings.erase(rest.fixings.begin())) {
    rest.past_count += 1;
    rest.past_sum += carry.spot;
  }
  const double discount = carry_to(carry, rest.expiry).discount;
  if (rest.fixings.empty()) return FittedPrice{discount * payoff<double>(rest, {}), 0.0, "exact"};
  double forwards = 0.0;
  for (const double date : rest.fixings) forwards += carry_to(carry, date).forward;
  const Task task{rest.fixings,
                  {},
                  [rest, discount](const Path& path) {
                    const double mean = (rest.past_sum + sum_seen(path)) / fixing_count(rest);
                    return discount * std::max(sign(rest.type) * (mean - rest.strike), 0.0);
                  },
                  {{"forward of the average", discount * forwards,
                    [discount](const Path& path) { return discount * sum_seen(path); }}},
                  Fields<ArithmeticAsian>::name};
  return simulated(task, model, carry, plan, checked);
}

Result<FittedPrice> price_along_paths(const Barrier& option, const FittedModel& model, const ImpliedCarry& carry,
                                      const PathPlan& plan, Checked checked) {
  Watched watched = paying(linear_payoff(option.type, option.payout, option.strike, option.cash), option.expiry);
  (option.direction == BarrierSide::down ? watched.levels.lower : watched.levels.upper) = option.barrier;
  watched.begins = option.knock == Knock::knock_in;
  (watched.begins ? watched.rebate_at_end : watched.rebate_at_hit) = option.rebate;
  watched.plain = plain_of(option);
  watched.product = Fields<Barrier>::name;
  return price_of(watched, model, carry, plan, checked);
}

Result<FittedPrice> price_along_paths(const DoubleBarrier& option, const FittedModel& model, const ImpliedCarry& carry,
                                      const PathPlan& plan, Checked checked) {
  Watched watched = paying(linear_payoff(option.type, option.payout, option.strike, option.cash), option.expiry);
  watched.levels = {option.lower, option.upper};
  watched.begins = option.knock == Knock::knock_in;
  watched.plain = plain_of(option);
  watched.product = Fields<DoubleBarrier>::name;
  return price_of(watched, model, carry, plan, checked);
}

Result<FittedPrice> price_along_paths(const Touch& option, const FittedModel& model, const ImpliedCarry& carry,
                                      const PathPlan& plan, Checked checked) {
  const bool at_hit = option.knock == Knock::knock_in && option.settlement == Settlement::at_hit;
  if (at_hit && option.payout == Payout::asset)
    return Error{ErrorCode::unsupported, "settlement", "the asset at the hit", "cash at the hit, or either at expiry",
                 "a jump carries the spot past the level: give the settlement at expiry"};
  Watched watched = paying(linear_payoff(OptionType::call, option.payout, 0.0, option.cash), option.expiry);
  (option.direction == BarrierSide::down ? watched.levels.lower : watched.levels.upper) = option.level;
  watched.begins = option.knock == Knock::knock_in && !at_hit;
  if (at_hit) {
    watched.payoff = {};
    watched.rebate_at_hit = option.cash;
  }
  watched.product = Fields<Touch>::name;
  return price_of(watched, model, carry, plan, checked);
}

}  // namespace plimsoll
