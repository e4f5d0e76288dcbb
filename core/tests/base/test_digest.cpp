#include "plimsoll/base/digest.hpp"
#include "plimsoll/base/fields.hpp"

#include <cmath>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {

enum class Tide { ebb, flood };

struct Berth {
  std::string harbour;
  double depth = 0.0;
  std::vector<std::int32_t> bollards;
  std::optional<Date> until;
  std::variant<std::uint32_t, std::string> mooring;
  Tide tide = Tide::ebb;
  bool taken = false;
};

template <>
struct Fields<Berth> {
  static constexpr std::string_view name = "Berth";
  static constexpr auto list =
      std::make_tuple(field("harbour", &Berth::harbour), field("depth", &Berth::depth),
                      field("bollards", &Berth::bollards), field("until", &Berth::until),
                      field("mooring", &Berth::mooring), field("tide", &Berth::tide), field("taken", &Berth::taken));
};

namespace {

std::string sha256_of(std::string_view text) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span{text.data(), text.size()}));
  return hash.hex();
}

// Source: NIST, Cryptographic Standards examples for SHA-256 (FIPS 180-4), one block and two blocks.
TEST(Sha256, agrees_with_the_examples_of_fips_180) {
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, may_be_read_between_updates) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span{"a", 1}));
  EXPECT_EQ(hash.hex(), sha256_of("a"));
  hash.update(std::as_bytes(std::span{"bc", 2}));
  EXPECT_EQ(hash.hex(), sha256_of("abc"));
}

template <class T>
std::string digest_of_one(T value) {
  Digester digester;
  digester.add(value);
  return digester.hex();
}

TEST(Digester, tells_types_and_splits_apart) {
  EXPECT_NE(digest_of_one(1.0), digest_of_one(std::int64_t{1}));
  EXPECT_NE(digest_of_one(std::uint64_t{1}), digest_of_one(std::int64_t{1}));
  EXPECT_NE(digest_of_one(true), digest_of_one(std::uint64_t{1}));
  Digester one;
  one.add("ab");
  one.add("c");
  Digester other;
  other.add("a");
  other.add(std::string("bc"));
  EXPECT_NE(one.hex(), other.hex());
}

TEST(Digester, counts_minus_zero_as_zero_and_every_nan_as_one) {
  EXPECT_EQ(digest_of_one(-0.0), digest_of_one(0.0));
  EXPECT_EQ(digest_of_one(-std::nan("3")), digest_of_one(std::nan("")));
  EXPECT_EQ(digest_of_one(std::int32_t{-4}), digest_of_one(std::int64_t{-4}));
  EXPECT_EQ(digest_of_one(std::uint32_t{4}), digest_of_one(std::uint64_t{4}));
}

TEST(Fields, every_field_changes_the_digest) {
  const Berth berth{"Lerwick", 6.5, {1, 2}, std::nullopt, 3U, Tide::ebb, false};
  std::vector<Berth> changed(7, berth);
  changed[0].harbour = "Leith";
  changed[1].depth = 6.6;
  changed[2].bollards = {1};
  changed[3].until = Date{5};
  changed[4].mooring = std::string("3");
  changed[5].tide = Tide::flood;
  changed[6].taken = true;
  for (const Berth& other : changed) EXPECT_NE(digest_of(other), digest_of(berth));
  EXPECT_EQ(digest_of(Berth{berth}), digest_of(berth));
}

TEST(Fields, are_visited_in_order_and_may_be_changed) {
  Berth berth;
  std::string seen;
  for_each_field(berth, [&](std::string_view name, auto& member) {
    seen += std::string(name) + " ";
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(member)>, double>) member = 9.0;
  });
  EXPECT_EQ(seen, "harbour depth bollards until mooring tide taken ");
  EXPECT_EQ(berth.depth, 9.0);
}

}  // namespace
}  // namespace plimsoll
