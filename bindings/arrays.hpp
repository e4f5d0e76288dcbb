#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

/// Arrays that come in as they are and go out without a copy.
namespace plimsoll::bindings {

namespace nb = nanobind;

using Series = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Matrix = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Cube = nb::ndarray<const double, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Bytes = nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Indices = nb::ndarray<const std::uint32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using NewArray = nb::ndarray<nb::numpy, double, nb::c_contig>;

template <class T, class... Shape>
std::span<const T> span_of(const nb::ndarray<const T, Shape...>& values) {
  return {values.data(), values.size()};
}

/// Hands the vector's memory to NumPy.
inline NewArray array_of(std::vector<double>&& values, std::initializer_list<std::size_t> shape) {
  auto kept = std::make_unique<std::vector<double>>(std::move(values));
  double* const data = kept->data();
  const nb::capsule owner(kept.release(),
                          [](void* memory) noexcept { delete static_cast<std::vector<double>*>(memory); });
  return NewArray(data, shape, owner);
}

inline NewArray array_of(std::vector<double>&& values) {
  const std::size_t size = values.size();
  return array_of(std::move(values), {size});
}

/// Runs without the interpreter's lock.
template <class Work>
auto released(const Work& work) {
  const nb::gil_scoped_release release;
  return work();
}

}  // namespace plimsoll::bindings
