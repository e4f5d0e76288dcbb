#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

namespace plimsoll {

/// A stack of plain values in one piece of memory, so that reading one is one step; the memory doubles when it is full,
/// and a rewind frees nothing.
/// Limits: at most `most` values; one more throws std::length_error. An address holds until the next push.
template <class T, std::uint32_t first = 4096, std::uint32_t most = (std::uint32_t{1} << 30U) - 4096>
class Arena {
 public:
  std::uint32_t size() const noexcept { return size_; }

  /// Bytes that it holds, used or not.
  std::size_t bytes() const noexcept { return std::size_t{capacity_} * sizeof(T); }

  T* data() noexcept { return values_.get(); }
  T& operator[](std::uint32_t i) noexcept { return values_[i]; }
  const T& operator[](std::uint32_t i) const noexcept { return values_[i]; }

  void push(const T& value) {
    if (size_ == capacity_) [[unlikely]] {
      const T kept = value;  // it may be one of those that move
      grow();
      values_[size_++] = kept;
      return;
    }
    values_[size_++] = value;
  }

  /// Drops every value from `size` on; the memory is kept for the next recording.
  void truncate(std::uint32_t size) noexcept { size_ = size; }

 private:
  [[gnu::noinline, gnu::cold]] void grow() {
    if (capacity_ >= most) throw std::length_error("plimsoll::Arena is full");
    const std::uint32_t capacity = std::min(capacity_ == 0 ? first : 2 * capacity_, most);
    auto values = std::make_unique_for_overwrite<T[]>(capacity);
    for (std::uint32_t i = 0; i < size_; ++i) values[i] = values_[i];
    values_ = std::move(values);
    capacity_ = capacity;
  }

  std::unique_ptr<T[]> values_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace plimsoll
