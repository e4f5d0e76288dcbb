#include "plimsoll/method/monte_carlo/scripted.hpp"

#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/kernels.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace plimsoll {

namespace {

using Model = CorrelatedBlackScholes<double>;

/// Paths in a full block: part of what the seed means, and few enough for the draws of long paths to stay at hand.
constexpr std::int64_t block_paths = 256;
constexpr double spot_bump = 0.01;
constexpr double volatility_bump = 0.05;
constexpr std::size_t measures_of_asset = 4;

Model with_volatility(Model model, std::size_t asset, double factor) {
  model.volatilities[asset] *= factor;
  return model;
}

/// Weights that turn a path's value into sensitivities: derivatives of the log density of the path that was drawn.
class Scores {
 public:
  Scores(const Model& model, std::span<const double> dates)
      : model_(model), dates_(dates), factor_(model.correlation.size()), whitened_(model.spots.size()) {
    correlation_factor<double>(model.spots.size(), model.correlation, factor_);
  }

  [[nodiscard]] bool has_density() const {
    const std::size_t n = model_.spots.size();
    for (std::size_t i = 0; i < n; ++i)
      if (!(factor_[i * n + i] > 0.0 && model_.spots[i] > 0.0 && model_.volatilities[i] > 0.0)) return false;
    return true;
  }

  /// Writes the scores of every asset's spot and volatility from the draws of a path.
  void write(std::span<const double> normals, std::span<double> of_spot, std::span<double> of_volatility) {
    const std::size_t n = model_.spots.size();
    std::ranges::fill(of_volatility, 0.0);
    double now = 0.0;
    for (std::size_t d = 0; d < dates_.size(); now = dates_[d++]) {
      const std::span<const double> z = normals.subspan(d * n, n);
      const double root = std::sqrt(dates_[d] - now);
      whiten(z);
      for (std::size_t i = 0; i < n; ++i) {
        const double volatility = model_.volatilities[i];
        double moved = 0.0;  // the asset's own Brownian step, over the root of its time
        for (std::size_t k = 0; k <= i; ++k) moved += factor_[i * n + k] * z[k];
        if (d == 0) of_spot[i] = whitened_[i] / (model_.spots[i] * volatility * root);
        of_volatility[i] += (whitened_[i] * moved - 1.0) / volatility - whitened_[i] * root;
      }
    }
  }

 private:
  /// The draws times the inverse of the correlation's factor, transposed.
  void whiten(std::span<const double> z) {
    const std::size_t n = z.size();
    for (std::size_t i = n; i-- > 0;) {
      double left = z[i];
      for (std::size_t k = i + 1; k < n; ++k) left -= factor_[k * n + i] * whitened_[k];
      whitened_[i] = left / factor_[i * n + i];
    }
  }

  const Model& model_;
  std::span<const double> dates_;
  std::vector<double> factor_;
  std::vector<double> whitened_;
};

/// What every block shares: the script, the steps in each market, the dates.
struct Case {
  Script script;
  const Model& model;
  std::span<const double> dates;
  std::vector<double> discounts;
  CorrelatedSteps<double> steps;
  std::vector<std::array<CorrelatedSteps<double>, 2>> bumped_volatility;  // by asset: up, down

  Case(Script code, const Model& market, std::span<const double> times, Measures measures)
      : script(code), model(market), dates(times), steps(market, times) {
    for (const double date : times) discounts.push_back(std::exp(-market.rate * date));
    if (measures == Measures::price_only) return;
    for (std::size_t i = 0; i < market.spots.size(); ++i)
      bumped_volatility.push_back({CorrelatedSteps<double>(with_volatility(market, i, 1.0 + volatility_bump), times),
                                   CorrelatedSteps<double>(with_volatility(market, i, 1.0 - volatility_bump), times)});
  }

  [[nodiscard]] std::size_t draws() const { return dates.size() * model.spots.size(); }
  [[nodiscard]] bool has_sensitivities() const { return !bumped_volatility.empty(); }
};

/// The moments of a block, or where the script failed in it.
struct BlockOutcome {
  std::vector<CoMoments> moments;  // price, then of each asset: delta and vega, each bumped and by likelihood ratio
  std::optional<ScriptFailure> failure;
};

/// Follows paths one by one until the script fails.
class Follower {
 public:
  explicit Follower(const Case& of)
      : case_(of),
        scores_(of.model, of.dates),
        path_(of.draws()),
        moved_(of.draws()),
        of_spot_(of.model.spots.size()),
        of_volatility_(of.model.spots.size()) {}

  /// Adds a path to the moments; whether the script went through.
  bool follow(std::span<const double> normals, std::int64_t number, BlockOutcome& to) {
    case_.steps.fill(normals, path_);
    const auto value = run(path_, number, "as given", to);
    if (!value) return false;
    to.moments[0].add(*value, 0.0);
    if (!case_.has_sensitivities()) return true;
    scores_.write(normals, of_spot_, of_volatility_);
    for (std::size_t i = 0; i < of_spot_.size(); ++i) {
      CoMoments* const moments = &to.moments[1 + measures_of_asset * i];
      const auto delta = by_spot(i, number, to);
      const auto vega = delta ? by_volatility(normals, i, number, to) : std::nullopt;
      if (!vega) return false;
      moments[0].add(*delta, 0.0);
      moments[1].add(*value * of_spot_[i], 0.0);
      moments[2].add(*vega, 0.0);
      moments[3].add(*value * of_volatility_[i], 0.0);
    }
    return true;
  }

 private:
  std::optional<double> run(std::span<const double> spots, std::int64_t number, std::string_view market,
                            BlockOutcome& to) const {
    std::int32_t raised = 0;
    const auto dates = static_cast<std::int64_t>(case_.dates.size());
    const auto assets = static_cast<std::int64_t>(case_.model.spots.size());
    const double value = case_.script(spots.data(), case_.discounts.data(), dates, assets, &raised);
    if (raised == 0 && std::isfinite(value)) return value;
    const std::string result = raised != 0 ? "raised" : std::isnan(value) ? "nan" : "inf";
    to.failure = ScriptFailure{number, std::string(market), result, {spots.begin(), spots.end()}, case_.discounts};
    return std::nullopt;
  }

  std::optional<double> by_spot(std::size_t asset, std::int64_t number, BlockOutcome& to) {
    const std::size_t n = of_spot_.size();
    const auto at = [&](double factor, std::string_view direction) {
      std::ranges::copy(path_, moved_.begin());
      for (std::size_t k = asset; k < moved_.size(); k += n) moved_[k] *= factor;
      return run(moved_, number, "spot of asset " + std::to_string(asset) + std::string(direction), to);
    };
    return difference(
        at(1.0 + spot_bump, " up"), [&] { return at(1.0 - spot_bump, " down"); },
        2.0 * spot_bump * case_.model.spots[asset]);
  }

  std::optional<double> by_volatility(std::span<const double> normals, std::size_t asset, std::int64_t number,
                                      BlockOutcome& to) {
    const auto at = [&](std::size_t which, std::string_view direction) {
      case_.bumped_volatility[asset][which].fill(normals, moved_);
      return run(moved_, number, "volatility of asset " + std::to_string(asset) + std::string(direction), to);
    };
    return difference(
        at(0, " up"), [&] { return at(1, " down"); }, 2.0 * volatility_bump * case_.model.volatilities[asset]);
  }

  template <class Down>
  static std::optional<double> difference(std::optional<double> up, const Down& down, double width) {
    if (!up) return std::nullopt;
    const std::optional<double> below = down();
    if (!below) return std::nullopt;
    return (*up - *below) / width;
  }

  const Case& case_;
  Scores scores_;
  std::vector<double> path_;
  std::vector<double> moved_;
  std::vector<double> of_spot_;
  std::vector<double> of_volatility_;
};

BlockOutcome run_block(const Case& of, const MonteCarlo& method, std::int64_t block) {
  BlockOutcome found;
  found.moments.resize(1 + measures_of_asset * of.bumped_volatility.size());
  const std::int64_t first = block * block_paths;
  const std::int64_t paths = std::min(block_paths, method.paths - first);
  std::vector<double> normals(static_cast<std::size_t>(paths) * of.draws());
  kernels(chosen_instruction_set())
      .normals(method.seed, static_cast<std::uint64_t>(block), normals.data(), normals.size());
  Follower follower(of);
  for (std::int64_t p = 0; p < paths; ++p) {
    const auto draws = std::span<const double>(normals).subspan(static_cast<std::size_t>(p) * of.draws(), of.draws());
    if (!follower.follow(draws, first + p, found)) break;
  }
  return found;
}

std::optional<Error> flaw_of_case(Script script, const Model& model, std::span<const double> dates,
                                  const MonteCarlo& method, Measures measures) {
  if (script == nullptr)
    return Error{ErrorCode::missing_field, "script", "none", "the address of a compiled payoff", "compile the payoff"};
  if (auto flaw = find_flaw(model)) return flaw;
  if (auto flaw = find_flaw(Method{method})) return flaw;
  double last = 0.0;
  for (const double date : dates) {
    if (!(date > last && std::isfinite(date)))
      return Error{ErrorCode::invalid_value, "dates", text_of(date), "finite years above zero, each after the last",
                   "leave out what was observed before, and put the dates in order"};
    last = date;
  }
  const auto spots = static_cast<std::int64_t>(dates.size() * model.spots.size());
  if (spots < 1 || spots > most_scripted_spots)
    return Error{ErrorCode::invalid_value, "dates", std::to_string(spots) + " spots on a path",
                 "1 to " + std::to_string(most_scripted_spots), "observe on so many dates"};
  if (measures == Measures::with_greeks && !Scores(model, dates).has_density())
    return Error{ErrorCode::unsupported, "measures", "sensitivities where a part of the path is certain",
                 "spots and volatilities above zero and a correlation with an inverse", "ask for the price alone"};
  return std::nullopt;
}

ScriptedPrice summary(const std::vector<CoMoments>& moments) {
  const CoMoments& price = moments.front();
  ScriptedPrice found{plain_estimate(price), static_cast<std::int64_t>(price.count), {}};
  for (std::size_t i = 1; i < moments.size(); i += measures_of_asset)
    found.sensitivities.push_back({static_cast<std::int64_t>(i / measures_of_asset), plain_estimate(moments[i]),
                                   plain_estimate(moments[i + 1]), plain_estimate(moments[i + 2]),
                                   plain_estimate(moments[i + 3])});
  return found;
}

}  // namespace

Result<ScriptedAnswer> scripted_price(Script script, const Model& model, std::span<const double> dates,
                                      const MonteCarlo& method, Measures measures) {
  if (auto flaw = flaw_of_case(script, model, dates, method, measures)) return *flaw;
  const Case of(script, model, dates, measures);
  std::vector<BlockOutcome> blocks(static_cast<std::size_t>((method.paths + block_paths - 1) / block_paths));
  // Blocks after one that has failed need not run; those before it must, for the first failure is the answer.
  std::atomic<std::size_t> first_failure{blocks.size()};
  parallel_blocks(blocks.size(), 1, method.threads, [&](std::size_t i, std::size_t) {
    if (i > first_failure.load()) return;
    blocks[i] = run_block(of, method, static_cast<std::int64_t>(i));
    if (!blocks[i].failure) return;
    for (std::size_t known = first_failure.load(); i < known && !first_failure.compare_exchange_weak(known, i);) {
    }
  });
  std::vector<CoMoments> total = std::move(blocks.front().moments);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (const auto& failure = blocks[b].failure) return ScriptedAnswer{*failure};
    for (std::size_t m = 0; b > 0 && m < total.size(); ++m) total[m].merge(blocks[b].moments[m]);
  }
  return ScriptedAnswer{summary(total)};
}

}  // namespace plimsoll
