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

  /// Values that it has memory for.
  std::uint32_t capacity() const noexcept { return capacity_; }

  /// Bytes that it holds, used or not.
  std::size_t bytes() const noexcept { return std::size_t{capacity_} * sizeof(T); }

  T* data() noexcept { return values_.get(); }
  T& operator[](std::uint32_t i) noexcept { return values_[i]; }
  const T& operator[](std::uint32_t i) const noexcept { return values_[i]; }

  void push(const T& value) {
    if (size_ == capacity_) [[unlikely]] {
      const T kept = value;  // it may be one of those that move
      reserve(capacity_for(1));
      values_[size_++] = kept;
      return;
    }
    values_[size_++] = value;
  }

  /// The same where the memory is known to be there.
  /// Limits: below its capacity, and no value of its own.
  void push_within(const T& value) noexcept { values_[size_++] = value; }

  /// The capacity to reserve for `count` more values: doubled as often as it takes.
  std::uint32_t capacity_for(std::uint32_t count) const {
    if (count > most - size_) throw std::length_error("plimsoll::Arena is full");
    std::uint32_t capacity = std::max(capacity_, std::min(first, most));
    while (capacity - size_ < count) capacity = capacity > most / 2 ? most : 2 * capacity;
    return capacity;
  }

  /// Memory for `capacity` values at least.
  [[gnu::noinline, gnu::cold]] void reserve(std::uint32_t capacity) {
    if (capacity <= capacity_) return;
    auto values = std::make_unique_for_overwrite<T[]>(capacity);
    for (std::uint32_t i = 0; i < size_; ++i) values[i] = values_[i];
    values_ = std::move(values);
    capacity_ = capacity;
  }

  /// Drops every value from `size` on; the memory is kept for the next recording.
  void truncate(std::uint32_t size) noexcept { size_ = size; }

 private:
  std::unique_ptr<T[]> values_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace plimsoll
