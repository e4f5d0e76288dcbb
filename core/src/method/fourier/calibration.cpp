#include "plimsoll/method/fourier/calibration.hpp"

#include "cosine_terms.hpp"

#include <string>

namespace plimsoll {

namespace {

using fourier::SeriesPlan;

constexpr std::size_t carry_fields = 3;  // spot, rate, dividend_yield
constexpr CosineSettings series_settings{1e-14, 8192};

Error refused_quote(std::size_t expiry, std::size_t quote, const char* field, double value,
                    const std::string& allowed) {
  return Error{ErrorCode::invalid_value,
               "chain[" + std::to_string(expiry) + "]." + field + "[" + std::to_string(quote) + "]", text_of(value),
               allowed, "correct the quote or leave it out"};
}

std::optional<Error> flaw_of_quotes(const QuotedExpiry& expiry, std::size_t number) {
  for (std::size_t i = 0; i < expiry.strikes.size(); ++i) {
    const double strike = expiry.strikes[i];
    if (!(strike > 0.0 && std::isfinite(strike)))
      return refused_quote(number, i, "strikes", strike, "a finite number above zero");
    const double side = sign(expiry.types[i]);
    const double least = expiry.discount * std::max(side * (expiry.forward - strike), 0.0);
    const double most = expiry.discount * (side > 0.0 ? expiry.forward : strike);
    if (!(expiry.prices[i] >= least && expiry.prices[i] <= most))
      return refused_quote(number, i, "prices", expiry.prices[i],
                           "from " + text_of(least) + " to " + text_of(most) + ", else it can be arbitraged");
    if (!(expiry.weights[i] >= 0.0 && std::isfinite(expiry.weights[i])))
      return refused_quote(number, i, "weights", expiry.weights[i], "a finite number, zero or above");
  }
  return std::nullopt;
}

std::optional<Error> flaw_of_expiry(const QuotedExpiry& expiry, std::size_t number, double after) {
  const auto refuse = [&](const char* field, double value, const char* allowed) {
    return Error{ErrorCode::invalid_value, "chain[" + std::to_string(number) + "]." + field, text_of(value), allowed,
                 "correct the expiry"};
  };
  if (!(expiry.years > after && std::isfinite(expiry.years)))
    return refuse("years", expiry.years, "a finite number above zero and above the expiry before");
  if (!(expiry.forward > 0.0 && std::isfinite(expiry.forward)))
    return refuse("forward", expiry.forward, "a finite number above zero");
  if (!(expiry.discount > 0.0 && std::isfinite(expiry.discount)))
    return refuse("discount", expiry.discount, "a finite number above zero");
  const std::size_t count = expiry.strikes.size();
  for (const std::size_t other : {expiry.types.size(), expiry.prices.size(), expiry.weights.size()})
    if (other != count)
      return refuse("strikes", static_cast<double>(count), "as many types, strikes, prices and weights");
  return std::nullopt;
}

template <class Model>
std::vector<double> parameters_of(const Model& model) {
  std::vector<double> all;
  for_each_field(model, [&](std::string_view, double parameter) { all.push_back(parameter); });
  return {all.begin() + carry_fields, all.end()};
}

/// A model of one expiry's forward without carry, from parameters of any number type.
template <class Model, ScalarReal R>
Rebound<Model, R> model_from(std::span<const R> parameters, double forward) {
  Rebound<Model, R> model;
  std::size_t i = 0;
  for_each_field(model, [&](std::string_view, R& parameter) {
    if (i >= carry_fields) parameter = parameters[i - carry_fields];
    ++i;
  });
  model.spot = R{forward};
  model.rate = model.dividend_yield = R{0.0};
  return model;
}

/// Prices of a chain's quotes and their derivatives by the parameters.
template <class Model>
struct ChainModel {
  std::vector<QuotedExpiry> chain;

  /// Calls `visit(quote, discount, put, complement)` for every quote in order.
  template <class Visit>
  void each(std::span<const double> at, Measures measures, const Visit& visit) const {
    std::size_t quote = 0;
    for (const QuotedExpiry& expiry : chain) {
      const Model model = model_from<Model, double>(at, expiry.forward);
      const auto puts =
          cosine_series(StrikeLadder{OptionType::put, expiry.years, expiry.strikes}, model, measures, series_settings);
      for (std::size_t i = 0; i < expiry.strikes.size(); ++i) {
        const bool is_call = expiry.types[i] == OptionType::call;
        const double rest = is_call ? expiry.discount * (expiry.forward - expiry.strikes[i]) : 0.0;
        visit(quote++, expiry.discount, puts ? &(*puts)[i] : nullptr, rest);
      }
    }
  }

  void values(std::span<const double> at, std::span<double> out) const {
    each(at, Measures::price_only, [&](std::size_t quote, double discount, const auto* put, double rest) {
      out[quote] = put != nullptr ? discount * put->price + rest : std::numeric_limits<double>::quiet_NaN();
    });
  }

  void jacobian(std::span<const double> at, Matrix& out) const {
    each(at, Measures::with_greeks, [&](std::size_t quote, double discount, const auto* put, double) {
      const std::vector<double> slopes = put != nullptr
                                             ? parameters_of(put->by_parameter)
                                             : std::vector<double>(at.size(), std::numeric_limits<double>::quiet_NaN());
      for (std::size_t i = 0; i < slopes.size(); ++i) out(quote, i) = discount * slopes[i];
    });
  }

  void curvature(std::span<const double> at, std::span<const double> multipliers, Matrix& out) const {
    for (std::size_t i = 0; i < at.size(); ++i)
      for (double& entry : out.row(i)) entry = 0.0;
    for (const QuotedExpiry& expiry : chain) {
      add_curvature(expiry, at, multipliers.first(expiry.strikes.size()), out);
      multipliers = multipliers.subspan(expiry.strikes.size());
    }
  }

  /// Of the series' terms, each weighted by what the multipliers make of the puts that it serves.
  static void add_curvature(const QuotedExpiry& expiry, std::span<const double> at, std::span<const double> multipliers,
                            Matrix& out) {
    using R = Adjoint<Dual<double>>;
    const SeriesPlan plan =
        fourier::plan_of(model_from<Model, double>(at, expiry.forward), expiry.years, series_settings);
    std::vector<double> weights(plan.terms, 0.0);
    for (std::size_t i = 0; i < expiry.strikes.size(); ++i) {
      const double log_strike = std::log(expiry.strikes[i] / expiry.forward);
      if (!(log_strike > plan.low && log_strike < plan.low + plan.width)) continue;
      const double unit = multipliers[i] * expiry.discount * expiry.forward;
      for (std::size_t n = 0; n < plan.terms; ++n)
        weights[n] += unit * fourier::put_term(plan, n, log_strike, std::exp(log_strike)).value;
    }
    for (std::size_t direction = 0; direction < at.size(); ++direction) {
      Tape<Dual<double>> tape;
      std::vector<R> leaves;
      for (std::size_t i = 0; i < at.size(); ++i) leaves.push_back(R::leaf(tape, {at[i], i == direction ? 1.0 : 0.0}));
      const auto model = model_from<Model, R>(std::span<const R>(leaves), expiry.forward);
      const auto mark = tape.mark();
      for (std::size_t n = 0; n < plan.terms; ++n) {
        const R term = fourier::coefficient<R>(model, plan, n, R{expiry.years});
        term.add_adjoint(Dual<double>{weights[n]});
        tape.sweep(mark);
        tape.rewind(mark);
      }
      for (std::size_t i = 0; i < at.size(); ++i) out(i, direction) += leaves[i].adjoint().tangent;
    }
  }
};

}  // namespace

std::optional<Error> find_flaw(std::span<const QuotedExpiry> chain) {
  double after = 0.0;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (auto flaw = flaw_of_expiry(chain[i], i, after)) return flaw;
    if (auto flaw = flaw_of_quotes(chain[i], i)) return flaw;
    after = chain[i].years;
  }
  return std::nullopt;
}

template <class Model>
Result<ChainFit<Model>> calibrate(std::span<const QuotedExpiry> chain, const Model& start, const Model& lower,
                                  const Model& upper, LeastSquaresSettings settings) {
  if (auto flaw = find_flaw(chain)) return *flaw;
  if (auto flaw = find_flaw(start)) return *flaw;
  std::vector<double> prices;
  settings.weights.clear();
  for (const QuotedExpiry& expiry : chain) {
    prices.insert(prices.end(), expiry.prices.begin(), expiry.prices.end());
    settings.weights.insert(settings.weights.end(), expiry.weights.begin(), expiry.weights.end());
  }
  settings.lower = parameters_of(lower);
  settings.upper = parameters_of(upper);
  const ChainModel<Model> model{{chain.begin(), chain.end()}};
  const QuoteModel quotes{prices.size(),
                          [&](std::span<const double> at, std::span<double> out) { model.values(at, out); },
                          [&](std::span<const double> at, Matrix& out) { model.jacobian(at, out); },
                          [&](std::span<const double> at, std::span<const double> multipliers, Matrix& out) {
                            model.curvature(at, multipliers, out);
                          }};
  auto fit = fit_quotes(quotes, prices, parameters_of(start), settings);
  if (!fit) return fit.error();
  const std::vector<double>& found = fit->fit.parameters;
  return ChainFit<Model>{model_from<Model, double>(std::span<const double>(found), start.spot), *std::move(fit)};
}

template Result<ChainFit<Heston<double>>> calibrate(std::span<const QuotedExpiry>, const Heston<double>&,
                                                    const Heston<double>&, const Heston<double>&, LeastSquaresSettings);
template Result<ChainFit<Bates<double>>> calibrate(std::span<const QuotedExpiry>, const Bates<double>&,
                                                   const Bates<double>&, const Bates<double>&, LeastSquaresSettings);
template Result<ChainFit<Merton<double>>> calibrate(std::span<const QuotedExpiry>, const Merton<double>&,
                                                    const Merton<double>&, const Merton<double>&, LeastSquaresSettings);
template Result<ChainFit<VarianceGamma<double>>> calibrate(std::span<const QuotedExpiry>, const VarianceGamma<double>&,
                                                           const VarianceGamma<double>&, const VarianceGamma<double>&,
                                                           LeastSquaresSettings);

}  // namespace plimsoll
