#include "plimsoll/method/fourier/cosine_series.hpp"

#include "cosine_terms.hpp"
#include "ladder_pricing.hpp"

namespace plimsoll {

namespace {

using fourier::coefficient;
using fourier::put_term;
using fourier::PutTerm;
using fourier::SeriesPlan;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// An undiscounted put over the forward, its derivatives by the log-strike, and those by the model's parameters and by
/// time at a fixed log-strike.
template <class Model>
struct Put {
  double log_strike = 0.0;
  double strike = 0.0;  // over the forward
  double value = 0.0;
  double slope = 0.0;
  double bend = 0.0;
  Model by_parameter{};
  double by_years = 0.0;
};

template <class Model>
struct CosinePricing {
  using Value = FourierValue<Model>;

  const StrikeLadder& ladder;
  const Model& model;
  SeriesPlan plan;

  /// A put whose strike lies outside the range is taken as worthless or as its payoff: within the plan's error.
  Put<Model> start(double strike) const {
    Put<Model> put;
    put.log_strike = fourier::log_moneyness<double>(model, ladder.expiry, strike);
    put.strike = std::exp(put.log_strike);
    if (!is_covered(put) && put.log_strike > plan.low) {
      put.value = put.strike - 1.0;
      put.slope = put.bend = put.strike;
    }
    return put;
  }

  bool is_covered(const Put<Model>& put) const {
    return put.log_strike > plan.low && put.log_strike < plan.low + plan.width;
  }

  /// Adds a term of the series to every put that it covers.
  void add(std::vector<Put<Model>>& puts, std::size_t n, double weight, const Model* by_parameter,
           double by_years) const {
    for (Put<Model>& put : puts) {
      if (!is_covered(put)) continue;
      const PutTerm term = put_term(plan, n, put.log_strike, put.strike);
      put.value += weight * term.value;
      put.slope += weight * term.slope;
      put.bend += weight * term.bend;
      put.by_years += by_years * term.value;
      if (by_parameter == nullptr) continue;
      std::apply([&](const auto&... f) { ((put.by_parameter.*f.member += by_parameter->*f.member * term.value), ...); },
                 Fields<Model>::list);
    }
  }

  void sum(std::vector<Put<Model>>& puts) const {
    for (std::size_t n = 0; n < plan.terms; ++n)
      add(puts, n, coefficient<double>(model, plan, n, ladder.expiry), nullptr, 0.0);
  }

  /// The same with one recording and one sweep for each term, which serve all strikes.
  void sum_with_derivatives(std::vector<Put<Model>>& puts) const {
    using R = Adjoint<double>;
    Tape<double> tape;
    const auto leaves = recorded_model(tape, model);
    const R years = R::leaf(tape, ladder.expiry);
    const auto mark = tape.mark();
    for (std::size_t n = 0; n < plan.terms; ++n) {
      const R weight = coefficient<R>(leaves, plan, n, years);
      sweep(tape, weight, mark);
      const Model by_parameter = adjoints_of<Model>(leaves);
      add(puts, n, weight.value(), &by_parameter, years.adjoint());
      tape.rewind(mark);
      tape.clear_adjoints();
    }
  }

  Value value_of(double strike, const Put<Model>& put, Measures measures) const {
    const double years = ladder.expiry;
    const double unit = prepaid_forward(model, years);
    const double discounted_strike = strike * discount_factor(model, years);
    Value value;
    value.price = unit * put.value + fourier::complement<double>(ladder.type, model, years, strike, fourier::Side::put);
    const double terms = std::sqrt(static_cast<double>(plan.terms));
    value.error = plan.error * discounted_strike +
                  epsilon * (discounted_strike * (plan.width + terms) + (ladder.type == OptionType::call ? unit : 0.0));
    if (measures == Measures::with_greeks) differentiate(value, strike, put);
    return value;
  }

  /// The put as a function of its log-strike and of the parameters, in both of which its derivatives are known.
  void differentiate(Value& value, double strike, const Put<Model>& put) const {
    using R = Adjoint<double>;
    const double unit = prepaid_forward(model, ladder.expiry);
    fourier::add_sensitivities(value, model, ladder.expiry, [&](auto&, const auto& m, const R& years) {
      const R log_strike = fourier::log_moneyness<R>(m, years, strike);
      const R over_forward = put.value + put.slope * (log_strike - put.log_strike);
      return R{m.spot * exp(-m.dividend_yield * years) * over_forward +
               fourier::complement<R>(ladder.type, m, years, strike, fourier::Side::put)};
    });
    std::apply([&](const auto&... f) { ((value.by_parameter.*f.member += unit * put.by_parameter.*f.member), ...); },
               Fields<Model>::list);
    value.theta -= unit * put.by_years;
    value.gamma = unit * (put.bend - put.slope) / (model.spot * model.spot);
  }
};

}  // namespace

template <class Model>
Result<std::vector<FourierValue<Model>>> cosine_series(const StrikeLadder& ladder, const Model& model,
                                                       Measures measures, const CosineSettings& settings) {
  if (auto flaw = find_flaw(ladder)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (!(settings.tolerance > 0.0 && settings.tolerance < 0.1))
    return Error{ErrorCode::invalid_value, "tolerance", text_of(settings.tolerance), "above 0 and below 0.1",
                 "ask for 1e-14 to 1e-4 of the strike"};
  std::vector<FourierValue<Model>> values;
  values.reserve(ladder.strikes.size());
  if (fourier::is_certain(model, ladder.expiry)) {
    for (const double strike : ladder.strikes)
      values.push_back(fourier::certain_value(ladder, model, strike, measures));
    return values;
  }
  const CosinePricing<Model> pricing{ladder, model, fourier::plan_of(model, ladder.expiry, settings)};
  std::vector<Put<Model>> puts;
  puts.reserve(ladder.strikes.size());
  for (const double strike : ladder.strikes) puts.push_back(pricing.start(strike));
  if (measures == Measures::with_greeks)
    pricing.sum_with_derivatives(puts);
  else
    pricing.sum(puts);
  for (std::size_t i = 0; i < puts.size(); ++i)
    values.push_back(ladder.strikes[i] == 0.0 ? fourier::certain_value(ladder, model, 0.0, measures)
                                              : pricing.value_of(ladder.strikes[i], puts[i], measures));
  return values;
}

template Result<std::vector<FourierValue<BlackScholes<double>>>> cosine_series(const StrikeLadder&,
                                                                               const BlackScholes<double>&, Measures,
                                                                               const CosineSettings&);
template Result<std::vector<FourierValue<Merton<double>>>> cosine_series(const StrikeLadder&, const Merton<double>&,
                                                                         Measures, const CosineSettings&);
template Result<std::vector<FourierValue<Heston<double>>>> cosine_series(const StrikeLadder&, const Heston<double>&,
                                                                         Measures, const CosineSettings&);
template Result<std::vector<FourierValue<Bates<double>>>> cosine_series(const StrikeLadder&, const Bates<double>&,
                                                                        Measures, const CosineSettings&);
template Result<std::vector<FourierValue<VarianceGamma<double>>>> cosine_series(const StrikeLadder&,
                                                                                const VarianceGamma<double>&, Measures,
                                                                                const CosineSettings&);

}  // namespace plimsoll
