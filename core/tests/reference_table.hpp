#pragma once

#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace plimsoll::testing {

/// One row of a reference table, by column name.
class ReferenceRow {
 public:
  explicit ReferenceRow(std::map<std::string, std::string> cells) : cells_(std::move(cells)) {}

  const std::string& text(const std::string& column) const { return cells_.at(column); }
  double number(const std::string& column) const { return std::strtod(text(column).c_str(), nullptr); }

 private:
  std::map<std::string, std::string> cells_;
};

/// Cells of one CSV line; quotes protect commas.
inline std::vector<std::string> csv_cells(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back().push_back(c);
    }
  }
  return cells;
}

/// Rows of core/tests/reference/<name>; lines that start with # hold the source.
inline std::vector<ReferenceRow> reference_table(const std::string& name) {
  std::ifstream file(std::string(PLIMSOLL_TEST_REFERENCE_DIR) + "/" + name);
  if (!file) throw std::runtime_error("no reference table " + name);
  std::vector<std::string> header;
  std::vector<ReferenceRow> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string> cells = csv_cells(line);
    if (header.empty()) {
      header = cells;
      continue;
    }
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = cells.at(i);
    rows.emplace_back(std::move(row));
  }
  return rows;
}

}  // namespace plimsoll::testing
