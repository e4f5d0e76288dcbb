#include "arrays.hpp"
#include "bindings.hpp"
#include "field_list.hpp"

#include <plimsoll/numerics/bivariate_normal.hpp>
#include <plimsoll/statistics/bivariate_student_t.hpp>
#include <plimsoll/statistics/coverage.hpp>
#include <plimsoll/statistics/distributions.hpp>
#include <plimsoll/statistics/expected_shortfall_backtest.hpp>
#include <plimsoll/statistics/garch_fit.hpp>
#include <plimsoll/statistics/pareto_fit.hpp>
#include <plimsoll/statistics/sample.hpp>
#include <plimsoll/statistics/student_t_fit.hpp>
#include <plimsoll/statistics/traffic_light.hpp>

namespace plimsoll::bindings {

namespace {

using namespace nb::literals;

void bind_results(nb::module_& m) {
  nb::enum_<Direction>(m, "Direction")
      .value("fewer", Direction::fewer)
      .value("as_expected", Direction::as_expected)
      .value("more", Direction::more);
  nb::enum_<Zone>(m, "Zone").value("green", Zone::green).value("yellow", Zone::yellow).value("red", Zone::red);
  nb::enum_<FitStatus>(m, "FitStatus")
      .value("converged", FitStatus::converged)
      .value("at_bound", FitStatus::at_bound)
      .value("not_converged", FitStatus::not_converged);
  bind_described<LikelihoodRatio>(m);
  bind_described<Coverage>(m);
  bind_described<HitTransitions>(m);
  bind_described<SampleStatistics>(m);
  bind_described<NonRejection>(m);
  bind_described<TrafficLight>(m);
  bind_described<StudentT>(m);
  bind_described<StudentTSettings>(m);
  bind_described<StudentTFit>(m);
  bind_described<Z2Null>(m);
  bind_described<Garch>(m);
  bind_described<GarchSettings>(m);
  bind_described<GarchFit>(m);
  bind_described<ParetoTail>(m);
  bind_described<ParetoFit>(m);
}

void bind_coverage(nb::module_& m) {
  m.def(
      "kupiec_test",
      [](std::int64_t exceptions, std::int64_t observations, double tail_probability) {
        return unwrap(kupiec_test(exceptions, observations, tail_probability));
      },
      "exceptions"_a, "observations"_a, "tail_probability"_a,
      "Proportion-of-failures test of Kupiec (1995), two-sided.");
  m.def(
      "kupiec_non_rejection",
      [](std::int64_t observations, double tail_probability, double test_level) {
        return unwrap(kupiec_non_rejection(observations, tail_probability, test_level));
      },
      "observations"_a, "tail_probability"_a, "test_level"_a,
      "Exception counts that the proportion-of-failures test does not reject.");
  m.def(
      "time_until_first_failure_test",
      [](std::int64_t first_failure_day, double tail_probability) {
        return unwrap(time_until_first_failure_test(first_failure_day, tail_probability));
      },
      "first_failure_day"_a, "tail_probability"_a, "Time-until-first-failure test of Kupiec (1995).");
  m.def(
      "time_between_failures_test",
      [](const Bytes& hits, double tail_probability) {
        return unwrap(time_between_failures_test(span_of(hits), tail_probability));
      },
      "hits"_a, "tail_probability"_a, "Time-between-failures test of Haas (2001).");
  m.def(
      "mixed_failures_test",
      [](const Bytes& hits, double tail_probability) {
        return unwrap(mixed_failures_test(span_of(hits), tail_probability));
      },
      "hits"_a, "tail_probability"_a, "Mixed Kupiec test of Haas (2001).");
  m.def(
      "hit_transitions", [](const Bytes& hits) { return unwrap(hit_transitions(span_of(hits))); }, "hits"_a,
      "Counts of neighbouring days.");
  m.def(
      "christoffersen_independence_test",
      [](const HitTransitions& transitions) { return unwrap(christoffersen_independence_test(transitions)); },
      "transitions"_a, "Independence test of Christoffersen (1998).");
  m.def(
      "christoffersen_conditional_coverage_test",
      [](std::int64_t exceptions, std::int64_t observations, double tail_probability,
         const HitTransitions& transitions) {
        return unwrap(
            christoffersen_conditional_coverage_test(exceptions, observations, tail_probability, transitions));
      },
      "exceptions"_a, "observations"_a, "tail_probability"_a, "transitions"_a,
      "Conditional-coverage test of Christoffersen (1998).");
  m.def(
      "traffic_light", [](std::int64_t exceptions) { return unwrap(traffic_light(exceptions)); }, "exceptions"_a,
      "Colour and multipliers of so many exceptions in 250 days at 99 %.");
  m.def(
      "traffic_light_zone",
      [](std::int64_t exceptions, std::int64_t observations, double tail_probability) {
        return unwrap(traffic_light_zone(exceptions, observations, tail_probability));
      },
      "exceptions"_a, "observations"_a, "tail_probability"_a, "Colour for any number of days and level.");
}

void bind_distributions(nb::module_& m) {
  m.def("normal_probability", &normal_probability, "x"_a, "Standard normal distribution function.");
  m.def("chi_square_tail", &chi_square_tail, "statistic"_a, "degrees_of_freedom"_a,
        "Probability that a chi-square variable is at least the statistic.");
  m.def("student_t_probability", &student_t_probability, "t"_a, "degrees_of_freedom"_a,
        "Student-t distribution function.");
  m.def("student_t_quantile", &student_t_quantile, "probability"_a, "degrees_of_freedom"_a, "Student-t quantile.");
  m.def("bivariate_normal_probability", &bivariate_normal_cdf, "x"_a, "y"_a, "correlation"_a,
        "Probability that two standard normal variables are at most x and y.");
  m.def(
      "bivariate_student_t_probability",
      [](double x, double y, double correlation, double degrees_of_freedom) {
        return unwrap(bivariate_student_t_probability(x, y, {correlation, degrees_of_freedom}));
      },
      "x"_a, "y"_a, "correlation"_a, "degrees_of_freedom"_a,
      "Probability that two Student-t variables over one chi-square are at most x and y.");
  m.def(
      "sample_statistics", [](const Series& values) { return unwrap(sample_statistics(span_of(values))); }, "values"_a,
      "Count, mean, variance, deviation, skewness, excess kurtosis and range of a sample.");
  m.def("binomial_probability", &binomial_probability, "successes"_a, "trials"_a, "probability"_a,
        "Probability of at most so many successes.");
  m.def("binomial_tail", &binomial_tail, "successes"_a, "trials"_a, "probability"_a,
        "Probability of at least so many successes.");
  m.def("jeffreys_p_value", &jeffreys_p_value, "events"_a, "trials"_a, "rate"_a,
        "Posterior probability that the true rate is at most the assumed one.");
  m.def(
      "fit_student_t",
      [](const Series& values, const StudentTSettings& settings) {
        return unwrap(released([&] { return fit_student_t(span_of(values), settings); }));
      },
      "values"_a, "settings"_a, "Student-t distribution of greatest likelihood.");
}

void bind_expected_shortfall(nb::module_& m) {
  m.def(
      "acerbi_szekely_z2",
      [](const Series& profit, const Series& risk, const Series& shortfall, double tail_probability) {
        return unwrap(acerbi_szekely_z2(span_of(profit), span_of(risk), span_of(shortfall), tail_probability));
      },
      "profit"_a, "value_at_risk"_a, "expected_shortfall"_a, "tail_probability"_a,
      "Unconditional expected-shortfall statistic of Acerbi and Szekely (2014).");
  m.def(
      "acerbi_szekely_z2_null",
      [](const Z2Null& null, int threads) {
        return array_of(unwrap(released([&] { return acerbi_szekely_z2_null(null, threads); })));
      },
      "null"_a, "threads"_a, "Simulated values of the statistic under the null, ascending.");
  m.def(
      "critical_value",
      [](const Series& ascending, double significance) {
        return unwrap(critical_value(span_of(ascending), significance));
      },
      "ascending"_a, "significance"_a, "Value that this share of the simulations lies below.");
  m.def(
      "simulated_p_value",
      [](const Series& ascending, double statistic) {
        return unwrap(simulated_p_value(span_of(ascending), statistic));
      },
      "ascending"_a, "statistic"_a, "Share of the simulations at or below the statistic.");
  m.attr("acerbi_szekely_z2_amber") = acerbi_szekely_z2_amber;
  m.attr("acerbi_szekely_z2_red") = acerbi_szekely_z2_red;
}

void bind_fits(nb::module_& m) {
  m.def(
      "fit_garch",
      [](const Series& values, const GarchSettings& settings) {
        return unwrap(released([&] { return fit_garch(span_of(values), settings); }));
      },
      "values"_a, "settings"_a, "GARCH(1,1) of greatest normal likelihood, with three kinds of standard errors.");
  m.def(
      "garch_log_likelihood",
      [](const Series& values, const Garch& parameters) {
        return unwrap(garch_log_likelihood(span_of(values), parameters));
      },
      "values"_a, "parameters"_a, "Normal log-likelihood of the values.");
  m.def(
      "fit_pareto_tail",
      [](const Series& losses, double threshold) {
        return unwrap(released([&] { return fit_pareto_tail(span_of(losses), threshold); }));
      },
      "losses"_a, "threshold"_a, "Generalised Pareto tail of the losses above a threshold.");
  m.def(
      "pareto_value_at_risk",
      [](const ParetoFit& fit, double tail_probability) { return unwrap(pareto_value_at_risk(fit, tail_probability)); },
      "fit"_a, "tail_probability"_a, "Loss that is exceeded with the tail probability.");
  m.def(
      "pareto_expected_shortfall",
      [](const ParetoFit& fit, double tail_probability) {
        return unwrap(pareto_expected_shortfall(fit, tail_probability));
      },
      "fit"_a, "tail_probability"_a, "Mean loss beyond that value at risk.");
}

}  // namespace

void bind_statistics(nb::module_& module) {
  nb::module_ m = module.def_submodule("statistics", "Backtest statistics, tails and fits.");
  bind_results(m);
  bind_coverage(m);
  bind_distributions(m);
  bind_expected_shortfall(m);
  bind_fits(m);
}

}  // namespace plimsoll::bindings
