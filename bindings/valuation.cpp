#include "bindings.hpp"
#include "field_list.hpp"

#include <nanobind/ndarray.h>

#include <plimsoll/method/kernels.hpp>
#include <plimsoll/valuation/best_method.hpp>
#include <plimsoll/valuation/bulk.hpp>
#include <plimsoll/valuation/method_matrix.hpp>
#include <plimsoll/valuation/value.hpp>

namespace plimsoll::bindings {

namespace {

template <class T>
using Column = nb::ndarray<T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Numbers = Column<const double>;
using Codes = Column<const std::uint8_t>;

template <class T>
std::span<T> span_of(const Column<T>& column) {
  return {column.data(), column.shape(0)};
}

template <class T>
std::span<T> span_of(const std::optional<Column<T>>& column) {
  return column ? span_of(*column) : std::span<T>{};
}

using Answer = std::variant<Valuation, Error>;

Answer answer_of(Result<Valuation> result) {
  if (result) return *std::move(result);
  return result.error();
}

/// By the method, or each trade by its best where there is none.
std::vector<Answer> answers_of_book(const std::vector<Trade>& trades, const Snapshot& snapshot,
                                    const std::optional<Method>& method, int threads, bool unfit_by_best) {
  const UnfitMethod unfit = unfit_by_best ? UnfitMethod::yields_to_best : UnfitMethod::is_refused;
  std::vector<Outcome> outcomes =
      method ? value_book(trades, snapshot, *method, threads, unfit) : value_book_by_best(trades, snapshot, threads);
  std::vector<Answer> answers;
  answers.reserve(outcomes.size());
  for (Outcome& outcome : outcomes) answers.push_back(answer_of(std::move(outcome.result)));
  return answers;
}

void value_columns(const Codes& type, const Codes& exercise, const Numbers& spot, const Numbers& strike,
                   const Numbers& years, const Numbers& rate, const Numbers& dividend_yield, const Numbers& volatility,
                   const std::optional<Column<const std::int64_t>>& dividend_offsets,
                   const std::optional<Numbers>& dividend_years, const std::optional<Numbers>& dividend_amounts,
                   const Method& method, int threads, const Column<double>& price,
                   const std::optional<Column<double>>& delta, const std::optional<Column<double>>& gamma,
                   const std::optional<Column<double>>& vega, const std::optional<Column<double>>& theta,
                   const std::optional<Column<double>>& rho, const Column<std::int32_t>& status,
                   const std::optional<Column<double>>& error_estimate) {
  const OptionColumns in{span_of(type),           span_of(exercise),        span_of(spot),
                         span_of(strike),         span_of(years),           span_of(rate),
                         span_of(dividend_yield), span_of(volatility),      span_of(dividend_offsets),
                         span_of(dividend_years), span_of(dividend_amounts)};
  const OptionResults out{span_of(price), span_of(delta), span_of(gamma),  span_of(vega),
                          span_of(theta), span_of(rho),   span_of(status), span_of(error_estimate)};
  const Measures measures = delta ? Measures::with_greeks : Measures::price_only;
  std::optional<Error> flaw;
  {
    const nb::gil_scoped_release released;
    flaw = value_options(in, method, measures, threads, out);
  }
  if (flaw) raise(*flaw);
}

void bind_methods(nb::module_& module) {
  nb::enum_<Extrapolation>(module, "Extrapolation")
      .value("none", Extrapolation::none)
      .value("richardson", Extrapolation::richardson);
  bind_described<ClosedForm>(module);
  bind_described<LeisenReimer>(module);
  bind_described<CrankNicolson>(module);
  bind_described<MonteCarlo>(module);
  nb::enum_<BoundaryEdition>(module, "BoundaryEdition")
      .value("flat_1993", BoundaryEdition::flat_1993)
      .value("two_steps_2002", BoundaryEdition::two_steps_2002);
  bind_described<IntegralEquation>(module);
  bind_described<BaroneAdesiWhaley>(module);
  bind_described<BjerksundStensland>(module);
  bind_described<JuQuadratic>(module);
  nb::enum_<BinomialMoves>(module, "BinomialMoves")
      .value("cox_ross_rubinstein", BinomialMoves::cox_ross_rubinstein)
      .value("jarrow_rudd", BinomialMoves::jarrow_rudd)
      .value("tian", BinomialMoves::tian);
  nb::enum_<LastStep>(module, "LastStep")
      .value("payoff", LastStep::payoff)
      .value("black_scholes", LastStep::black_scholes);
  bind_described<Binomial>(module);
  bind_described<Trinomial>(module);
}

void bind_results(nb::module_& module) {
  nb::enum_<Flag> flags(module, "Flag");
  for (const Flag flag : {Flag::adjusted_prices, Flag::assumed_rate, Flag::assumed_dividends, Flag::assumed_volatility,
                          Flag::below_no_arbitrage_bound, Flag::above_no_arbitrage_bound, Flag::flattened_market,
                          Flag::assumed_correlation})
    flags.value(std::string(name(flag)).c_str(), flag);
  bind_described<Greeks>(module);
  bind_described<UnderlyingGreeks>(module);
  bind_described<PairGreeks>(module);
  bind_described<SeveralGreeks>(module);
  bind_described<Evidence>(module);
  bind_described<Valuation>(module);
  bind_described<Position>(module);
  bind_described<MethodOfProduct>(module);
  bind_described<ProductMethods>(module);
}

}  // namespace

void bind_valuation(nb::module_& module) {
  bind_methods(module);
  bind_results(module);
  module.attr("instruction_set") = std::string{instruction_set()};
  module.attr("instruction_set_refused") = std::string{instruction_set_refused()};
  module.def(
      "value",
      [](const Trade& trade, const Snapshot& snapshot, const Method& method) {
        return answer_of(value(trade, snapshot, method));
      },
      nb::arg("trade"), nb::arg("snapshot"), nb::arg("method"), nb::call_guard<nb::gil_scoped_release>(),
      "The valuation of one trade, or the Error that says why there is none.");
  module.def(
      "value_book", &answers_of_book, nb::arg("trades"), nb::arg("snapshot"), nb::arg("method").none(),
      nb::arg("threads"), nb::arg("unfit_by_best") = false, nb::call_guard<nb::gil_scoped_release>(),
      "One valuation or Error for each trade, in their order; each by its best method when none is given, and, when "
      "asked, where the method does not value it.");
  module.def(
      "best_method", [](const Trade& trade, const Snapshot& snapshot) { return unwrap(best_method(trade, snapshot)); },
      nb::arg("trade"), nb::arg("snapshot"),
      "The most accurate method that the door has for the trade in this market.");
  module.def("method_matrix", &method_matrix, "Every product with every method, as the door accepts them.");
  module.def("position", &position, nb::arg("trade"), nb::arg("valuation"), nb::arg("entry_price") = nb::none(),
             "Worth and sensitivities of the whole position; the entry price is that of a future.");
  module.def("default_method", &default_method, nb::arg("product"),
             "The method to take when nothing speaks for another.");
  module.def("value_options", &value_columns, nb::kw_only(), nb::arg("type"), nb::arg("exercise"), nb::arg("spot"),
             nb::arg("strike"), nb::arg("years"), nb::arg("rate"), nb::arg("dividend_yield"), nb::arg("volatility"),
             nb::arg("dividend_offsets").none(), nb::arg("dividend_years").none(), nb::arg("dividend_amounts").none(),
             nb::arg("method"), nb::arg("threads"), nb::arg("price"), nb::arg("delta").none(), nb::arg("gamma").none(),
             nb::arg("vega").none(), nb::arg("theta").none(), nb::arg("rho").none(), nb::arg("status"),
             nb::arg("error_estimate") = nb::none(),
             "Values columns of options into columns of results, without copies.");
}

}  // namespace plimsoll::bindings
