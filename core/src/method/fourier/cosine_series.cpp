#include "plimsoll/method/fourier/cosine_series.hpp"

#include "contour_shape.hpp"
#include "ladder_pricing.hpp"

namespace plimsoll {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double pi = std::numbers::pi;

/// The range of log(S/F) that the series covers, its number of terms, and what either leaves out, per strike.
struct SeriesPlan {
  double low = 0.0;
  double width = 0.0;
  std::size_t terms = 0;
  double error = 0.0;

  [[nodiscard]] double frequency(std::size_t n) const { return static_cast<double>(n) * pi / width; }
};

/// The level beyond which lies no more than a probability, by the best Chernoff bound: a parametric curve in the order.
template <class Model>
double chernoff_level(const Model& model, double years, const fourier::HalfLine& line, double log_probability) {
  const auto slope = [&](double a) {
    const double room = std::min({std::abs(a), std::abs(line.end - a)});
    return fourier::cumulant_slope(model, a, years, 1e-4 * room);
  };
  const double guess = std::sqrt(-log_probability / -fourier::slope_at_zero(model, years));
  const double order = fourier::crossing(line, guess, [&](double a) {
    return log_probability - cumulant<double>(model, {a, 0.0}, years).real + a * slope(a);
  });
  // Any order gives a bound; this one was found to be about the best.
  return (cumulant<double>(model, {order, 0.0}, years).real - log_probability) / order;
}

/// The largest modulus of the characteristic function at a frequency and at some beyond it.
template <class Model>
double envelope(const Model& model, double years, double frequency) {
  double largest = 0.0;
  for (const double factor : {1.0, 1.07, 1.19, 1.37, 1.61, 2.0})
    largest = std::max(largest, std::exp(cumulant<double>(model, {0.0, factor * frequency}, years).real));
  return largest;
}

template <class Model>
SeriesPlan plan_of(const Model& model, double years, const CosineSettings& settings) {
  const MomentStrip strip = moment_strip(model, years);
  const double log_probability = std::log(settings.tolerance);
  SeriesPlan plan;
  plan.low = chernoff_level(model, years, fourier::HalfLine{0.0, strip.low}, log_probability);
  plan.width = chernoff_level(model, years, fourier::HalfLine{0.0, strip.high}, log_probability) - plan.low;
  const auto left_out = [&](std::size_t terms) {  // 2/L |phi_n| |V_n| summed, with |V_n| <= 3 strike / frequency^2
    return 6.0 * plan.width / (pi * pi) * envelope(model, years, plan.frequency(terms)) /
           static_cast<double>(terms - 1);
  };
  plan.terms = 32;
  while (plan.terms < settings.most_terms && left_out(plan.terms) > settings.tolerance) plan.terms += plan.terms / 4;
  plan.error = 4.0 * settings.tolerance + left_out(plan.terms);
  return plan;
}

/// Real part of the characteristic function turned to the range's low end: 2/L times it is a cosine coefficient.
template <ScalarReal R, class Model>
R coefficient(const Model& model, const SeriesPlan& plan, std::size_t n, const R& years) {
  const double u = plan.frequency(n);
  const Complex<R> exponent = cumulant(model, {0.0, u}, years);
  const R size = exp(exponent.real);
  return ((n == 0 ? 1.0 : 2.0) / plan.width) * size * cos(exponent.imaginary - u * plan.low);
}

/// The put payoff's cosine coefficient over the forward, and its first two derivatives by the log-strike.
struct PutTerm {
  double value, slope, bend;
};

PutTerm put_term(const SeriesPlan& plan, std::size_t n, double log_strike, double strike) {
  const double from_low = log_strike - plan.low;
  const double low = std::exp(plan.low);
  if (n == 0) return {strike * (from_low - 1.0) + low, strike * from_low, strike * (from_low + 1.0)};
  const double u = plan.frequency(n);
  const double sine = std::sin(u * from_low) / u;
  const double cosine = std::cos(u * from_low);
  return {(strike * (sine - cosine) + low) / (1.0 + u * u), strike * sine, strike * (sine + cosine)};
}

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
      std::apply(
          [&](const auto&... f) { ((put.by_parameter.*(f.member) += by_parameter->*(f.member) * term.value), ...); },
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
    std::apply(
        [&](const auto&... f) { ((value.by_parameter.*(f.member) += unit * put.by_parameter.*(f.member)), ...); },
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
  const CosinePricing<Model> pricing{ladder, model, plan_of(model, ladder.expiry, settings)};
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
