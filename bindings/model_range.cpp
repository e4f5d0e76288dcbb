#include "arrays.hpp"
#include "bindings.hpp"
#include "field_list.hpp"

#include <variant>

#include <plimsoll/valuation/fitted_view.hpp>

namespace plimsoll::bindings {

namespace {

using Answer = std::variant<FittedValue, Error>;

/// What a model says, for Python to hold: the views stay in the core.
struct View {
  std::vector<Answer> trades;
  std::vector<ModelView> views;
};

View view_of(FittedView found) {
  View view{{}, std::move(found.views)};
  for (auto& trade : found.trades) view.trades.push_back(trade ? Answer(*std::move(trade)) : Answer(trade.error()));
  return view;
}

template <class Model>
void bind_view(nb::module_& module) {
  module.def(
      "fitted_view",
      [](const ChainFit<Model>& fit, const std::vector<QuotedExpiry>& chain, const ImpliedCarry& carry,
         const std::vector<Trade>& trades, Date today, const std::vector<CandidateQuote>& candidates,
         const PathPlan& plan) {
        const UncertainModel model = unwrap(uncertain_model(fit, chain));
        return view_of(unwrap(released([&] { return fitted_view(model, carry, trades, today, candidates, plan); })));
      },
      nb::arg("fit"), nb::arg("chain"), nb::arg("carry"), nb::arg("trades"), nb::arg("today"), nb::arg("candidates"),
      nb::arg("plan"), "What a fitted model says of trades, and of quotes that could be asked for.");
}

void bind_views(nb::module_& module) {
  nb::class_<View>(module, "FittedView")
      .def_ro("trades", &View::trades)
      .def(
          "candidate_prices",
          [](const View& view, std::size_t trade) { return std::vector<double>(view.views.at(trade).quotes); },
          nb::arg("trade"), "Prices of the candidates, where the trade has a value.");
  bind_view<Heston<double>>(module);
  bind_view<Bates<double>>(module);
  bind_view<Merton<double>>(module);
  bind_view<VarianceGamma<double>>(module);
  bind_view<Ssvi<double>>(module);
  module.def(
      "quote_separations",
      [](const std::vector<const View*>& models, std::size_t trade, const std::vector<CandidateQuote>& candidates,
         double half_spread_rmse, double volatility_rmse, double volatility_width) {
        std::vector<ModelView> views;
        for (const View* model : models) views.push_back(model->views.at(trade));
        std::vector<double> widths;
        for (const CandidateQuote& candidate : candidates) widths.push_back(candidate.width);
        return unwrap(quote_separations(views, widths, {half_spread_rmse, volatility_rmse, volatility_width}));
      },
      nb::arg("models"), nb::arg("trade"), nb::arg("candidates"), nb::arg("half_spread_rmse"),
      nb::arg("volatility_rmse"), nb::arg("volatility_width"),
      "What each further quote would do to the range of a trade's value.");
}

}  // namespace

void bind_model_range(nb::module_& module) {
  bind_described<ImpliedCarry>(module);
  bind_described<PathPlan>(module);
  bind_described<ModelRange>(module);
  bind_described<QuoteSeparation>(module);
  bind_described<FitQuality>(module);
  bind_described<CandidateQuote>(module);
  bind_described<CandidateGrid>(module);
  bind_described<FittedValue>(module);
  module.def(
      "carry_of", [](double spot, const std::vector<QuotedExpiry>& chain) { return carry_of(spot, chain); },
      nb::arg("spot"), nb::arg("chain"), "The carry that a chain implies.");
  module.def(
      "fit_quality",
      [](const std::vector<QuotedExpiry>& chain, const std::vector<double>& residuals) {
        return unwrap(fit_quality(chain, residuals));
      },
      nb::arg("chain"), nb::arg("residuals"), "How well a fit meets its quotes, in volatility and in half spreads.");
  module.def(
      "candidate_quotes",
      [](const std::vector<QuotedExpiry>& chain, const ImpliedCarry& carry, const CandidateGrid& grid) {
        return unwrap(candidate_quotes(chain, carry, grid));
      },
      nb::arg("chain"), nb::arg("carry"), nb::arg("grid"), "Quotes that could be asked for.");
  module.def(
      "model_range",
      [](const Trade& trade, const std::vector<double>& values, std::size_t marked) {
        return unwrap(range_of(trade, values, marked));
      },
      nb::arg("trade"), nb::arg("values"), nb::arg("marked"),
      "The range of a trade's values by model, and its reserve.");
  bind_views(module);
}

}  // namespace plimsoll::bindings
