#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace plimsoll {

/// SHA-256 over bytes handed in pieces. Source: NIST (2015), FIPS 180-4, sec. 6.2.
class Sha256 {
 public:
  void update(std::span<const std::byte> bytes) noexcept;

  /// The digest as 64 lower-case hexadecimal digits; the object may go on being updated.
  [[nodiscard]] std::string hex() const;

 private:
  void compress(const std::byte* block) noexcept;
  std::array<std::uint32_t, 8> state_{0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU,
                                      0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
  std::array<std::byte, 64> pending_{};
  std::size_t pending_size_ = 0;
  std::uint64_t total_bytes_ = 0;
};

/// Digest of a sequence of typed values: each is written with a type mark, little-endian and length-prefixed, so two
/// different sequences never give the same bytes. -0.0 counts as 0.0 and every NaN as one NaN.
class Digester {
 public:
  void add(double value) noexcept;
  void add(std::int64_t value) noexcept;
  void add(std::uint64_t value) noexcept;
  void add(std::int32_t value) noexcept { add(static_cast<std::int64_t>(value)); }
  void add(std::uint32_t value) noexcept { add(static_cast<std::uint64_t>(value)); }
  void add(bool value) noexcept;
  void add(std::string_view text) noexcept;
  void add(const char* text) noexcept { add(std::string_view{text}); }
  void add(const std::string& text) noexcept { add(std::string_view{text}); }

  [[nodiscard]] std::string hex() const { return hash_.hex(); }

 private:
  void mark(char kind, std::uint64_t payload) noexcept;
  Sha256 hash_;
};

}  // namespace plimsoll
