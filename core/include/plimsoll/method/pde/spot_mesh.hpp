#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace plimsoll {

/// A place about which a mesh is finer: at its centre by the factor 1 + gain, and half as much one width away.
struct MeshFocus {
  double centre = 0.0;
  double width = 1.0;
  double gain = 0.0;
};

/// Places from the first knot to the last, every knot among them, `steps` intervals in all (at least two between two
/// knots). The intervals shrink towards the foci smoothly, so twice the steps halve each of them.
/// Source: Tavella & Randall (2000), Pricing Financial Instruments: The Finite Difference Method, ch. 5 (meshes
/// concentrated at several places); the density is a sum of Lorentz curves, whose integral is known.
/// Limits: knots rising, at least two; widths and gains positive.
std::vector<double> concentrated_mesh(std::span<const double> knots, std::span<const MeshFocus> foci,
                                      std::size_t steps);

}  // namespace plimsoll
