// Dates, amounts and digests from text: a value that writes back to the same text, or a refusal.
#include "fuzz.hpp"

#include <charconv>
#include <cstddef>
#include <span>
#include <string_view>

#include <plimsoll/base/digest.hpp>
#include <plimsoll/base/money.hpp>

namespace plimsoll::fuzz {
namespace {

void read_date(std::string_view text) {
  const auto date = Date::parse(text);
  if (!date) return require_plain(date.error());
  require(date->iso() == text, "a date writes back to its text");
}

void read_money(std::string_view text) {
  const auto money = Money::parse(text);
  if (!money) return require_plain(money.error());
  const auto again = Money::parse(money->text());
  require(again && *again == *money, "an amount writes a text that reads back to it");
}

void round_money(double dollars) {
  const auto money = Money::round_half_up(dollars);
  if (!money) return require_plain(money.error());
  require(std::fabs(money->dollars() - dollars) <= 0.0051 + 1e-15 * std::fabs(dollars), "a rounded amount is near");
  const auto opposite = Money::round_half_up(-dollars);
  require(opposite && *opposite == -*money, "half a cent goes away from zero on both sides");
}

void write_number(double value) {
  const std::string text = text_of(value);
  double again = 0.0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), again);
  require(read.ec == std::errc{} && (again == value || std::isnan(value)), "the text of a number reads back to it");
}

void digest(std::string_view text, std::size_t cut) {
  const std::span bytes = std::as_bytes(std::span(text));
  Sha256 whole;
  Sha256 pieces;
  whole.update(bytes);
  pieces.update(bytes.first(cut));
  pieces.update(bytes.subspan(cut));
  require(whole.hex() == pieces.hex(), "a digest does not depend on how the bytes are handed over");
}

}  // namespace
}  // namespace plimsoll::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace plimsoll::fuzz;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  read_date(text);
  read_money(text);
  digest(text, size / 3);
  FuzzedDataProvider data(bytes, size);
  Numbers numbers(data);
  const double number = numbers.any();
  round_money(number);
  write_number(number);
  return 0;
}
