#pragma once

#include "plimsoll/numerics/alternating_directions.hpp"
#include "plimsoll/real/real.hpp"

#include <cstddef>
#include <numbers>

namespace plimsoll {

/// The share of a step that is implicit: 1/2, 1/2, 1/3 and 1/2 + sqrt(3)/6.
/// Source: In 't Hout & Foulon (2010), sec. 3; In 't Hout & Welfert (2009) for the modified scheme.
constexpr double usual_theta(AlternatingScheme scheme) noexcept {
  if (scheme == AlternatingScheme::modified_craig_sneyd) return 1.0 / 3.0;
  return scheme == AlternatingScheme::hundsdorfer_verwer ? 0.5 + std::numbers::sqrt3 / 6.0 : 0.5;
}

/// Three weights at each node of a line: of the node before, of itself and of the node after.
template <class R>
struct LineWeights {
  R* lower;
  R* diagonal;
  R* upper;
};

/// A linear operator on a plane of rows by columns that is a product along each direction, as those of Heston's model
/// and of two assets are: in row j and column i
///   along the row     factor[j] * diffusion(i) + convection(i),
///   along the column  across(j), and in row 0 `corner` times row 2 besides, for a one-sided slope,
///   mixed             mixed_row[j] * mixed_column[i] * ((++) - (+-) - (-+) + (--)), not at the rim.
/// Limits: the weights of nodes outside the plane are zero.
template <class R>
struct PlaneOperator {
  std::size_t rows = 0;
  std::size_t columns = 0;
  R* factor = nullptr;
  LineWeights<R> diffusion{};
  LineWeights<R> convection{};
  LineWeights<R> across{};
  R* corner = nullptr;  // one number
  R* mixed_row = nullptr;
  R* mixed_column = nullptr;
};

/// Steps of u' = A u by alternating directions with all numbers in memory that is handed in: on double, on batches of
/// eight problems side by side, or with tangents. Its kernel is compiled for each instruction set.
/// An early-exercise value is held by a multiplier that is carried from step to step.
/// Source: In 't Hout & Foulon (2010), ADI finite difference schemes for option pricing in the Heston model with
/// correlation, eq. 3.1 to 3.4; Haentjens & In 't Hout (2015), ADI schemes for pricing American options under the
/// Heston model, Applied Mathematical Finance 22 (after Ikonen & Toivanen 2004). Accuracy: order 2 in time, but Douglas
/// with a mixed term order 1.
template <class R>
class PlaneSweep {
 public:
  /// How many numbers the sweep and the operator need.
  static constexpr std::size_t size(std::size_t rows, std::size_t columns) {
    return 9 * rows * columns + 9 * rows + 7 * columns + 1;
  }

  PlaneSweep(R* memory, std::size_t rows, std::size_t columns) : points_(rows * columns) {
    const auto take = [&memory](std::size_t count) {
      R* const place = memory;
      memory += count;
      return place;
    };
    const auto line = [&](std::size_t count) { return LineWeights<R>{take(count), take(count), take(count)}; };
    op.rows = rows;
    op.columns = columns;
    op.diffusion = line(columns);
    op.convection = line(columns);
    op.mixed_column = take(columns);
    op.across = line(rows);
    op.factor = take(rows);
    op.mixed_row = take(rows);
    op.corner = take(1);
    below_ = take(rows);
    inverse_ = take(rows);
    ratio_ = take(rows);
    lead_ = take(rows);
    values = take(points_);
    obstacle = take(points_);
    multiplier_ = take(points_);
    base_ = take(points_);
    stage_ = take(points_);
    along_row_ = take(points_);
    along_column_ = take(points_);
    row_inverse_ = take(points_);
    row_ratio_ = take(points_);
    release();
  }

  /// Forgets how early exercise was held: after a jump of the values.
  void release() {
    for (std::size_t p = 0; p < points_; ++p) multiplier_[p] = R{0.0};
  }

  PlaneOperator<R> op;
  R* values;
  R* obstacle;  // read where exercise is asked for

  /// Makes the steps that follow of this length; eliminates the implicit systems once.
  void prepare(AlternatingScheme scheme, double theta, const R& step) {
    step_ = step;
    weight_ = R{theta} * step;
    is_douglas_ = scheme == AlternatingScheme::douglas;
    is_verwer_ = scheme == AlternatingScheme::hundsdorfer_verwer;
    const bool is_modified = scheme == AlternatingScheme::modified_craig_sneyd;
    again_mixed_ = is_modified ? weight_ : scheme == AlternatingScheme::craig_sneyd ? R{0.5} * step : R{0.0};
    again_all_ = is_modified ? R{0.5 - theta} * step : is_verwer_ ? R{0.5} * step : R{0.0};
    eliminate_rows();
    eliminate_columns();
  }

  /// One step, and the early-exercise value held where asked for.
  void advance(bool exercises) {
    first_stage(exercises);
    solve(stage_, along_column_);
    if (!is_douglas_) {
      second_stage();
      solve(stage_, along_column_);
    }
    if (exercises)
      hold();
    else
      for (std::size_t p = 0; p < points_; ++p) values[p] = stage_[p];
  }

 private:
  void eliminate_rows() {
    for (std::size_t j = 0; j < op.rows; ++j) {
      R ratio{0.0};
      for (std::size_t i = 0; i < op.columns; ++i) {
        const R below = R{0.0} - weight_ * (op.factor[j] * op.diffusion.lower[i] + op.convection.lower[i]);
        const R diagonal = R{1.0} - weight_ * (op.factor[j] * op.diffusion.diagonal[i] + op.convection.diagonal[i]);
        const R above = R{0.0} - weight_ * (op.factor[j] * op.diffusion.upper[i] + op.convection.upper[i]);
        const R inverse = R{1.0} / (diagonal - below * ratio);
        ratio = above * inverse;
        row_inverse_[j * op.columns + i] = inverse;
        row_ratio_[j * op.columns + i] = ratio;
      }
    }
  }

  /// Row 0 loses its third entry to row 1 first: lead_[0] times row 1 is taken from it.
  void eliminate_columns() {
    R ratio{0.0};
    lead_[0] = *op.corner / op.across.upper[1];
    for (std::size_t j = 0; j < op.rows; ++j) {
      R diagonal = R{1.0} - weight_ * op.across.diagonal[j];
      R above = R{0.0} - weight_ * op.across.upper[j];
      below_[j] = R{0.0} - weight_ * op.across.lower[j];
      if (j == 0) {
        diagonal = diagonal + lead_[0] * weight_ * op.across.lower[1];
        above = above - lead_[0] * (R{1.0} - weight_ * op.across.diagonal[1]);
      }
      inverse_[j] = R{1.0} / (diagonal - below_[j] * ratio);
      ratio = ratio_[j] = above * inverse_[j];
    }
  }

  /// The three parts of A u at each node, handed to `take(p, along_row, along_column, mixed)`.
  template <class Take>
  void each(const R* u, Take take) const {
    const std::size_t m = op.columns;
    for (std::size_t j = 0; j < op.rows; ++j) {
      const R* const c = u + j * m;
      const R* const below = j > 0 ? c - m : c;
      const R* const above = j + 1 < op.rows ? c + m : c;
      const R* const third = j == 0 ? c + 2 * m : c;
      const R corner = j == 0 ? *op.corner : R{0.0};
      const R factor = op.factor[j];
      const R mixed = j > 0 && j + 1 < op.rows ? op.mixed_row[j] : R{0.0};
      const R lower = op.across.lower[j];
      const R diagonal = op.across.diagonal[j];
      const R upper = op.across.upper[j];
      const auto node = [&](std::size_t i, std::size_t left, std::size_t right) {
        const R along = (factor * op.diffusion.lower[i] + op.convection.lower[i]) * c[left] +
                        (factor * op.diffusion.diagonal[i] + op.convection.diagonal[i]) * c[i] +
                        (factor * op.diffusion.upper[i] + op.convection.upper[i]) * c[right];
        const R across = lower * below[i] + diagonal * c[i] + upper * above[i] + corner * third[i];
        const R crossed = mixed * op.mixed_column[i] * (above[right] - above[left] - below[right] + below[left]);
        take(j * m + i, along, across, crossed);
      };
      node(0, 0, 1);
      for (std::size_t i = 1; i + 1 < m; ++i) node(i, i - 1, i + 1);
      node(m - 1, m - 2, m - 1);
    }
  }

  void first_stage(bool exercises) {
    each(values, [&](std::size_t p, const R& row, const R& column, const R& mixed) {
      const R all = row + column + mixed;
      R start = values[p] + step_ * all;
      if (exercises) start = start + step_ * multiplier_[p];
      along_row_[p] = weight_ * row;
      along_column_[p] = weight_ * column;
      base_[p] = start - again_mixed_ * mixed - again_all_ * all;
      stage_[p] = start - along_row_[p];
    });
  }

  void second_stage() {
    each(stage_, [&](std::size_t p, const R& row, const R& column, const R& mixed) {
      R start = base_[p] + again_mixed_ * mixed + again_all_ * (row + column + mixed);
      if (is_verwer_) {
        along_row_[p] = weight_ * row;
        along_column_[p] = weight_ * column;
      }
      base_[p] = start - along_row_[p];
    });
    R* const old = stage_;
    stage_ = base_;
    base_ = old;
  }

  void solve(R* y, const R* column_part) const {
    const std::size_t m = op.columns;
    for (std::size_t j = 0; j < op.rows; ++j) {
      R* const z = y + j * m;
      const R* const inverse = row_inverse_ + j * m;
      const R* const ratio = row_ratio_ + j * m;
      R carried{0.0};
      for (std::size_t i = 0; i < m; ++i) {
        const R below = R{0.0} - weight_ * (op.factor[j] * op.diffusion.lower[i] + op.convection.lower[i]);
        z[i] = carried = (z[i] - below * carried) * inverse[i];
      }
      for (std::size_t i = m - 1; i-- > 0;) z[i] = carried = z[i] - ratio[i] * carried;
      for (std::size_t i = 0; i < m; ++i) z[i] = z[i] - column_part[j * m + i];
    }
    for (std::size_t i = 0; i < m; ++i) y[i] = (y[i] - lead_[0] * y[m + i]) * inverse_[0];
    for (std::size_t j = 1; j < op.rows; ++j)
      for (std::size_t i = 0; i < m; ++i) y[j * m + i] = (y[j * m + i] - below_[j] * y[(j - 1) * m + i]) * inverse_[j];
    for (std::size_t j = op.rows - 1; j-- > 0;)
      for (std::size_t i = 0; i < m; ++i) y[j * m + i] = y[j * m + i] - ratio_[j] * y[(j + 1) * m + i];
  }

  void hold() {
    const R inverse = R{1.0} / step_;
    for (std::size_t p = 0; p < points_; ++p) {
      const R held = stage_[p] - step_ * multiplier_[p];
      values[p] = max(held, obstacle[p]);
      multiplier_[p] = max(R(multiplier_[p] + (obstacle[p] - stage_[p]) * inverse), R{0.0});
    }
  }

  std::size_t points_;
  R* below_;
  R* inverse_;
  R* ratio_;
  R* lead_;
  R* multiplier_;
  R* base_;
  R* stage_;
  R* along_row_;
  R* along_column_;
  R* row_inverse_;
  R* row_ratio_;
  R step_{0.0};
  R weight_{0.0};
  R again_mixed_{0.0};
  R again_all_{0.0};
  bool is_douglas_ = false;
  bool is_verwer_ = false;
};

}  // namespace plimsoll
