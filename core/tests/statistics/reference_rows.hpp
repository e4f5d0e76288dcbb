#pragma once

#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace plimsoll::reference {

using Row = std::map<std::string, std::string>;

inline std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> result(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      result.emplace_back();
    else if (c != '\r')
      result.back() += c;
  }
  return result;
}

/// The rows of a table under core/tests/reference, each by column name.
inline std::vector<Row> rows(const std::string& stem) {
  std::ifstream file(std::string{PLIMSOLL_TEST_REFERENCE_DIR} + "/" + stem + ".csv");
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("no reference table " + stem);
  const std::vector<std::string> names = cells(line);
  std::vector<Row> result;
  while (std::getline(file, line)) {
    const std::vector<std::string> values = cells(line);
    Row row;
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = values.at(i);
    result.push_back(row);
  }
  return result;
}

inline double number(const Row& row, const std::string& column) { return std::stod(row.at(column)); }

/// The whole number behind "name=" in a text such as "n=250;x=3".
inline long long named(const std::string& text, const std::string& name) {
  return std::stoll(text.substr(text.find(name + "=") + name.size() + 1));
}

}  // namespace plimsoll::reference
