#include "bindings.hpp"
#include "calibrated.hpp"

#include <plimsoll/method/closed_form/option_chain.hpp>
#include <plimsoll/method/closed_form/smile_fit.hpp>
#include <plimsoll/model/dupire.hpp>
#include <plimsoll/numerics/call_arbitrage.hpp>

namespace plimsoll::bindings {

namespace {

double svi_variance(const Svi<double>& model, double log_strike) {
  if (const auto flaw = find_flaw(model)) raise(*flaw);
  return total_variance<double>(model, log_strike);
}

double ssvi_variance(const Ssvi<double>& model, double log_strike, double years) {
  if (const auto flaw = find_flaw(model)) raise(*flaw);
  return total_variance<double>(model, variance_at_forward(model, years), log_strike);
}

void bind_slices(nb::module_& module) {
  bind_described<Svi<double>>(module);
  bind_described<JumpWings>(module);
  bind_described<Ssvi<double>>(module);
  module.def("total_variance", &svi_variance, nb::arg("model"), nb::arg("log_strike"),
             "Total variance of a slice at a logarithm of strike over forward.");
  module.def("total_variance", &ssvi_variance, nb::arg("model"), nb::arg("log_strike"), nb::arg("years"),
             "The same of a surface, at a time.");
  module.def(
      "svi_density_flaws",
      [](const Svi<double>& model, double widest, std::size_t points) {
        return unwrap(svi_density_flaws(model, widest, points));
      },
      nb::arg("model"), nb::arg("widest") = 2.0, nb::arg("points") = 401,
      "The strikes over the forward at which a slice implies a negative density.");
  nb::class_<CalendarCrossing>(module, "CalendarCrossing")
      .def_ro("strike", &CalendarCrossing::strike)
      .def_ro("before", &CalendarCrossing::before)
      .def_ro("after", &CalendarCrossing::after);
  module.def(
      "svi_calendar_crossings",
      [](const Svi<double>& near, const Svi<double>& far, double widest, std::size_t points) {
        return unwrap(svi_calendar_crossings(near, far, widest, points));
      },
      nb::arg("near"), nb::arg("far"), nb::arg("widest") = 2.0, nb::arg("points") = 401,
      "The strikes over the forward at which the slice of a later expiry has less total variance than that before.");
}

void bind_starts(nb::module_& module) {
  module.def(
      "volatility_at_forward", [](const QuotedExpiry& expiry) { return unwrap(volatility_at_forward(expiry)); },
      nb::arg("expiry"), "Black's volatility at the forward.");
  module.def(
      "svi_start", [](const QuotedExpiry& expiry) { return unwrap(svi_start(expiry)); }, nb::arg("expiry"),
      "Where a fit of a slice may begin.");
  module.def(
      "sabr_start",
      [](const QuotedExpiry& expiry, double elasticity) { return unwrap(sabr_start(expiry, elasticity)); },
      nb::arg("expiry"), nb::arg("elasticity"), "Where a fit of SABR may begin.");
  module.def(
      "ssvi_start", [](const std::vector<QuotedExpiry>& chain) { return unwrap(ssvi_start(chain)); }, nb::arg("chain"),
      "Where a fit of a surface may begin.");
}

nb::tuple address_of(const QuoteAddress& cell) { return nb::make_tuple(cell.expiry, cell.place); }

void bind_arbitrage(nb::module_& module) {
  bind_described<CallQuotes>(module);
  nb::class_<ArbitrageFlaw>(module, "ArbitrageFlaw")
      .def_prop_ro("kind", [](const ArbitrageFlaw& flaw) { return name(flaw.kind); })
      .def_prop_ro("cell", [](const ArbitrageFlaw& flaw) { return address_of(flaw.cell); })
      .def_prop_ro("against",
                   [](const ArbitrageFlaw& flaw) {
                     nb::list cells;
                     for (const QuoteAddress& cell : flaw.against) cells.append(address_of(cell));
                     return cells;
                   })
      .def_ro("excess", &ArbitrageFlaw::excess);
  nb::class_<RepairedCalls>(module, "RepairedCalls")
      .def_ro("expiries", &RepairedCalls::expiries)
      .def_ro("moves", &RepairedCalls::moves)
      .def_ro("largest_move", &RepairedCalls::largest_move)
      .def_ro("distance", &RepairedCalls::distance)
      .def_ro("steps", &RepairedCalls::steps);
  module.def(
      "find_arbitrage",
      [](const std::vector<CallQuotes>& expiries, double tolerance) {
        return unwrap(find_arbitrage(expiries, tolerance));
      },
      nb::arg("expiries"), nb::arg("tolerance") = 1e-12, "Every quote that can be arbitraged, with its cells.");
  module.def(
      "nearest_without_arbitrage",
      [](const std::vector<CallQuotes>& expiries, const std::vector<std::vector<double>>& weights) {
        return unwrap(released([&] { return nearest_without_arbitrage(expiries, weights); }));
      },
      nb::arg("expiries"), nb::arg("weights") = std::vector<std::vector<double>>{},
      "The nearest prices without arbitrage, and how far each moved.");
  module.def("black_call", &black_call, nb::arg("moneyness"), nb::arg("total_variance"),
             "Black's price of a call over the forward.");
  module.def("implied_total_variance", &implied_total_variance, nb::arg("moneyness"), nb::arg("price"),
             "The total variance for which Black's formula gives a price over the forward.");
}

void bind_dupire(nb::module_& module) {
  bind_described<LocalVolatilityPlan>(module);
  nb::class_<DupireGrid>(module, "DupireGrid").def_ro("grid", &DupireGrid::grid).def_ro("held", &DupireGrid::held);
  const char* const doc = "The table of local volatilities that gives European options the prices of a surface.";
  module.def(
      "dupire",
      [](const Ssvi<double>& surface, const LocalVolatilityPlan& plan) { return unwrap(dupire(surface, plan)); },
      nb::arg("surface"), nb::arg("plan"), doc);
  module.def(
      "dupire",
      [](const std::vector<CallQuotes>& expiries, const LocalVolatilityPlan& plan) {
        const CallSurface surface = unwrap(CallSurface::through(expiries));
        return unwrap(dupire(surface, plan));
      },
      nb::arg("expiries"), nb::arg("plan"), doc);
}

void bind_reading(nb::module_& module) {
  nb::class_<ImpliedForward>(module, "ImpliedForward")
      .def_ro("years", &ImpliedForward::years)
      .def_ro("forward", &ImpliedForward::forward)
      .def_ro("discount", &ImpliedForward::discount)
      .def_ro("pairs", &ImpliedForward::pairs)
      .def_ro("miss", &ImpliedForward::miss)
      .def_ro("left_out", &ImpliedForward::left_out)
      .def_ro("misses_beyond_spread", &ImpliedForward::misses_beyond_spread);
  nb::class_<ChainReading>(module, "ChainReading")
      .def_prop_ro(
          "ends",
          [](const ChainReading& reading) {
            nb::list names;
            for (const QuoteEnd end : reading.ends) names.append(name(end));
            return names;
          },
          nb::sig("def ends(self) -> list[str]"))
      .def_ro("forwards", &ChainReading::forwards)
      .def_ro("chain", &ChainReading::chain)
      .def_ro("rows", &ChainReading::rows);
  module.def(
      "read_chain",
      [](const std::vector<ListedQuote>& quotes, Date today, Exercise exercise, std::optional<double> spot,
         std::optional<double> rate) {
        return unwrap(released([&] { return read_chain(quotes, {today, exercise, spot, rate}); }));
      },
      nb::arg("quotes"), nb::arg("today"), nb::arg("exercise"), nb::arg("spot") = nb::none(),
      nb::arg("rate") = nb::none(), "What became of each row of a listed chain, and the quotes that a fit may use.");
}

void bind_chain(nb::module_& module) {
  bind_described<ListedQuote>(module);
  bind_reading(module);
  module.def(
      "american_implied_volatility",
      [](OptionType type, double strike, double years, const BlackScholes<double>& market, double price) {
        return unwrap(american_implied_volatility(type, strike, years, market, price));
      },
      nb::arg("type"), nb::arg("strike"), nb::arg("years"), nb::arg("market"), nb::arg("price"),
      "The volatility for which the integral equation gives the price of an American option.");
  module.def(
      "calls_of", [](const std::vector<QuotedExpiry>& chain) { return unwrap(calls_of(chain)); }, nb::arg("chain"),
      "The calls of a chain over the forward.");
  module.def(
      "call_weights", [](const std::vector<QuotedExpiry>& chain) { return unwrap(call_weights(chain)); },
      nb::arg("chain"), "Weights of their squared errors.");
  module.def(
      "with_calls",
      [](const std::vector<QuotedExpiry>& chain, const std::vector<CallQuotes>& calls) {
        return unwrap(with_calls(chain, calls));
      },
      nb::arg("chain"), nb::arg("calls"), "A chain whose prices are those of calls over the forward.");
}

}  // namespace

void bind_smile_surface(nb::module_& module) {
  bind_slices(module);
  bind_starts(module);
  bind_arbitrage(module);
  bind_dupire(module);
  bind_chain(module);
  bind_calibration<Svi<double>>(module);
  bind_calibration<Sabr<double>>(module);
  bind_calibration<Ssvi<double>>(module);
}

}  // namespace plimsoll::bindings
