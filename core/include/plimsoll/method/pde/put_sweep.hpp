#pragma once

#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/real/real.hpp"

#include <cstddef>

namespace plimsoll {

/// American puts in units of their strikes on nodes equally spaced in the logarithm of the spot, from high to low, with
/// today's spot in the middle. Elimination runs towards the spots at which it is best to exercise and substitution
/// away from them, so the larger of value and payoff, taken on the way back, solves the step exactly.
/// Source: Brennan & Schwartz (1977), The valuation of American put options, J. Finance 32; Jaillet, Lamberton &
/// Lapeyre (1990), Variational inequalities and the pricing of American options, sec. 4; Rannacher (1984) for the first
/// steps. Accuracy: order 2 in the mesh; the phases make the steps short where the exercise boundary moves fast.
/// Limits: exercise beyond one boundary, so a rate above zero.
template <class R>
class PutSweep {
 public:
  static constexpr std::size_t size(std::size_t nodes) { return 5 * nodes; }

  PutSweep() = default;
  PutSweep(R* memory, std::size_t nodes)
      : values(memory),
        payoff(memory + nodes),
        stage(memory + 2 * nodes),
        inverse(memory + 3 * nodes),
        ratio(memory + 4 * nodes),
        count(nodes) {}

  /// The payoff, with its kink laid on the two nodes about it by hat functions, and the equation.
  void lay(const BlackScholes<R>& model, const R& strike, const R& years) {
    constexpr double deviations = 5.0;
    const R variance = model.volatility * model.volatility;
    const R deviation = model.volatility * sqrt(years);
    const R drift = model.rate - model.dividend_yield - 0.5 * variance;
    const R moved = drift * years;
    const R reach = deviations * deviation + max(moved, R(-moved));
    const R spacing = reach * (2.0 / static_cast<double>(count - 1));
    const R today = log(model.spot / strike);
    const R zero{0.0};
    for (std::size_t i = 0; i < count; ++i) {
      const R place = today + spacing * (0.5 * static_cast<double>(count - 1) - static_cast<double>(i));
      payoff[i] = 1.0 - exp(place);
      const R near = max(R(spacing - max(place, R(-place))), zero);
      values[i] = max(payoff[i], zero) + near * near * near / (6.0 * spacing * spacing);
    }
    values[0] = zero;
    values[count - 1] = max(payoff[count - 1], zero);
    const R diffusion = 0.5 * variance / (spacing * spacing);
    const R convection = 0.5 * drift / spacing;
    to_higher = diffusion + convection;
    to_lower = diffusion - convection;
    own = zero - 2.0 * diffusion - model.rate;
  }

  /// Makes the steps that follow of this length, or implicit ones of half of it, which share their matrix.
  void prepare(const R& step) {
    const R half = 0.5 * step;
    known_higher = half * to_higher;
    known_own = 1.0 + half * own;
    known_lower = half * to_lower;
    const R diagonal = 1.0 - half * own;
    R carried{0.0};
    for (std::size_t i = 1; i + 1 < count; ++i) {
      inverse[i] = 1.0 / multiply_add(known_higher, carried, diagonal);
      ratio[i] = carried = R{0.0} - known_lower * inverse[i];
    }
  }

  R* values = nullptr;
  R* payoff = nullptr;
  R* stage = nullptr;
  R* inverse = nullptr;
  R* ratio = nullptr;
  std::size_t count = 0;
  R to_higher{0.0}, own{0.0}, to_lower{0.0};
  R known_higher{0.0}, known_own{0.0}, known_lower{0.0};
};

/// One step of several groups in flight at once: while one waits for its recurrence the others work.
template <std::size_t Groups, bool implicit, class R>
void advance_puts(PutSweep<R>* const g) {
  const std::size_t last = g[0].count - 1;
  R carried[Groups];
  R higher[Groups];
  R here[Groups];
  for (std::size_t k = 0; k < Groups; ++k) {
    carried[k] = higher[k] = g[k].values[0];
    here[k] = g[k].values[1];
  }
  for (std::size_t i = 1; i < last; ++i)
    for (std::size_t k = 0; k < Groups; ++k) {
      PutSweep<R>& s = g[k];
      const R lower = s.values[i + 1];
      R known = here[k];
      if constexpr (!implicit)
        known = multiply_add(s.known_higher, higher[k], multiply_add(s.known_own, here[k], s.known_lower * lower));
      s.stage[i] = carried[k] = multiply_add(s.known_higher, carried[k], known) * s.inverse[i];
      higher[k] = here[k];
      here[k] = lower;
    }
  for (std::size_t k = 0; k < Groups; ++k) carried[k] = g[k].values[last];
  for (std::size_t i = last; i-- > 1;)
    for (std::size_t k = 0; k < Groups; ++k) {
      const PutSweep<R>& s = g[k];
      s.values[i] = carried[k] = max(s.stage[i] - s.ratio[i] * carried[k], s.payoff[i]);
    }
}

/// Marches several groups from expiry to today: phases of steps that double, the first two steps in implicit halves.
template <std::size_t Groups, class R>
void march_puts(PutSweep<R>* const g, const R* years, std::size_t phases, std::size_t steps) {
  const double shortest = 1.0 / (static_cast<double>(steps) * static_cast<double>((std::size_t{1} << phases) - 1));
  for (std::size_t phase = 0; phase < phases; ++phase) {
    const double share = shortest * static_cast<double>(std::size_t{1} << phase);
    for (std::size_t k = 0; k < Groups; ++k) g[k].prepare(years[k] * share);
    for (std::size_t step = 0; step < steps; ++step) {
      if (phase == 0 && step < 2) {
        advance_puts<Groups, true>(g);
        advance_puts<Groups, true>(g);
      } else {
        advance_puts<Groups, false>(g);
      }
    }
  }
}

}  // namespace plimsoll
