#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace plimsoll {

/// What kind of refusal an Error is; the name travels unchanged to Python, JSON and exit codes.
enum class ErrorCode {
  invalid_value,
  missing_field,
  missing_quote,
  expired_product,
  unsupported,
  not_converged,
  not_in_force,
  integrity,
};

/// The code as it is written in outcomes, for instance "missing_quote".
std::string_view name(ErrorCode code) noexcept;

/// A refusal in the caller's words: which field, which value, what is allowed, how to mend it.
struct Error {
  ErrorCode code = ErrorCode::invalid_value;
  std::string field;
  std::string value;
  std::string allowed;
  std::string fix;

  /// One line for a log or a terminal.
  [[nodiscard]] std::string message() const;

  friend bool operator==(const Error&, const Error&) = default;
};

/// Shortest decimal text that reads back to the same double; "nan", "inf" and "-inf" for the rest.
std::string text_of(double value);

/// A value or the reason why there is none. Reading the absent side is a programming error (std::bad_variant_access).
template <class T>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: a door says `return price;` or `return Error{...};`.
  explicit(false) Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  explicit(false) Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] const T& value() const& { return std::get<0>(content_); }
  [[nodiscard]] T& value() & { return std::get<0>(content_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(content_)); }
  [[nodiscard]] const Error& error() const { return std::get<1>(content_); }

  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

 private:
  std::variant<T, Error> content_;
};

}  // namespace plimsoll
