#pragma once

#include <cstddef>
#include <cstdint>
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
template <class T, class... Shape>
std::span<const T> span_of(const nb::ndarray<const T, Shape...>& values) {
  return {values.data(), values.size()};
}

template <class T>
using NewArrayOf = nb::ndarray<nb::numpy, T, nb::c_contig>;
using NewArray = NewArrayOf<double>;

/// Hands the vector's memory to NumPy.
template <class T>
NewArrayOf<T> array_of(std::vector<T>&& values, std::initializer_list<std::size_t> shape) {
  auto kept = std::make_unique<std::vector<T>>(std::move(values));
  T* const data = kept->data();
  const nb::capsule owner(kept.release(), [](void* memory) noexcept { delete static_cast<std::vector<T>*>(memory); });
  return NewArrayOf<T>(data, shape, owner);
}

template <class T>
NewArrayOf<T> array_of(std::vector<T>&& values) {
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
