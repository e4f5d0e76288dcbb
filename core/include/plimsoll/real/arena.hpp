#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

namespace plimsoll {

/// A stack of plain values that grows by whole blocks, so nothing moves when it grows and a rewind frees nothing.
/// Limits: at most `max_blocks << block_log2` values; one more throws std::length_error.
template <class T, std::uint32_t block_log2 = 12, std::size_t max_blocks = (std::size_t{1} << (30U - block_log2)) - 1>
class Arena {
 public:
  std::uint32_t size() const noexcept { return size_; }

  T& operator[](std::uint32_t i) noexcept { return blocks_[i >> block_log2][i & offset_mask]; }
  const T& operator[](std::uint32_t i) const noexcept { return blocks_[i >> block_log2][i & offset_mask]; }

  void push(const T& value) {
    if ((size_ & offset_mask) == 0 && (size_ >> block_log2) == blocks_.size()) add_block();
    (*this)[size_++] = value;
  }

  /// Drops every value from `size` on; the blocks are kept for the next recording.
  void truncate(std::uint32_t size) noexcept { size_ = size; }

 private:
  static constexpr std::uint32_t offset_mask = (std::uint32_t{1} << block_log2) - 1;

  void add_block() {
    if (blocks_.size() == max_blocks) throw std::length_error("plimsoll::Arena is full");
    blocks_.push_back(std::make_unique_for_overwrite<T[]>(std::size_t{1} << block_log2));
  }

  std::vector<std::unique_ptr<T[]>> blocks_;
  std::uint32_t size_ = 0;
};

}  // namespace plimsoll
