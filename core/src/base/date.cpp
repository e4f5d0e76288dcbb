#include "plimsoll/base/date.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace plimsoll {

namespace {

Error bad_date(std::string_view text) {
  return {ErrorCode::invalid_value, "date", std::string(text), "a calendar day written YYYY-MM-DD",
          "write the date as for instance 2027-06-18"};
}

bool read_digits(std::string_view text, int& into) {
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return std::from_chars(text.data(), text.data() + text.size(), into).ec == std::errc{};
}

}  // namespace

Result<Date> Date::parse(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !read_digits(text.substr(0, 4), year) ||
      !read_digits(text.substr(5, 2), month) || !read_digits(text.substr(8, 2), day))
    return bad_date(text);
  const std::chrono::year_month_day calendar{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                             std::chrono::day{static_cast<unsigned>(day)}};
  if (!calendar.ok()) return bad_date(text);
  return Date{static_cast<std::int32_t>(std::chrono::sys_days{calendar}.time_since_epoch().count())};
}

std::string Date::iso() const {
  const std::chrono::year_month_day calendar{std::chrono::sys_days{std::chrono::days{days}}};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(calendar.year()),
                static_cast<unsigned>(calendar.month()), static_cast<unsigned>(calendar.day()));
  return text;
}

}  // namespace plimsoll
