// Time of the sensitivity-based margin of one netting set, by rows: invented risk data on an invented calibration.
#include "../tests/margin/synthetic_simm.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <random>

namespace {

using namespace plimsoll;
using namespace plimsoll::margin;

/// Rows of every risk class; one in four is a name of its own, so that netting leaves much to correlate.
std::vector<CrifRow> draw(int count) {
  std::mt19937 random(20260630);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const std::array<const char*, 5> tenors{"1y", "2y", "3y", "5y", "10y"};
  const std::array<const char*, 6> currencies{"USD", "EUR", "CHF", "BRL", "INR", "TRY"};
  std::vector<CrifRow> rows;
  for (int i = 0; i < count; ++i) {
    const double amount = below(20001) - 10000;
    const std::string name = "NAME-" + std::to_string(below(count / 4 + 1));
    const std::string tenor = tenors[static_cast<std::size_t>(below(5))];
    const std::string currency = currencies[static_cast<std::size_t>(below(6))];
    switch (below(8)) {
      case 0:
        rows.push_back(crif_row("RatesFX", "Risk_IRCurve", currency, "", tenor, "OIS", amount));
        break;
      case 1:
        rows.push_back(crif_row("RatesFX", "Risk_IRVol", currency, "", tenor, "", amount));
        break;
      case 2:
        rows.push_back(crif_row("Credit", "Risk_CreditQ", name, std::to_string(1 + below(3)), tenor, "USD", amount));
        break;
      case 3:
        rows.push_back(crif_row("Credit", "Risk_CreditNonQ", name, std::to_string(1 + below(2)), tenor, "G", amount));
        break;
      case 4:
        rows.push_back(crif_row("Equity", "Risk_Equity", name, std::to_string(1 + below(4)), "", "", amount));
        break;
      case 5:
        rows.push_back(crif_row("Equity", "Risk_EquityVol", name, std::to_string(1 + below(4)), tenor, "", amount));
        break;
      case 6:
        rows.push_back(crif_row("Commodity", "Risk_Commodity", name, std::to_string(1 + below(5)), "", "", amount));
        break;
      default:
        rows.push_back(crif_row("RatesFX", "Risk_FX", currency, "", "", "", amount));
    }
  }
  return rows;
}

void measure(int count) {
  const auto rows = draw(count);
  const auto pack = synthetic_pack();
  const auto settings = synthetic_settings();
  constexpr int runs = 21;
  std::array<double, runs> milliseconds{};
  double amount = 0.0;
  for (double& spent : milliseconds) {
    const std::clock_t start = std::clock();  // time of this process alone, however busy the machine is
    const auto margin = simm(rows, pack, settings);
    spent = 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    amount = margin ? margin->amount : -1.0;
  }
  std::ranges::sort(milliseconds);
  std::printf("%8d rows: median %8.3f ms, fastest %8.3f ms, margin %.6g\n", count, milliseconds[runs / 2],
              milliseconds.front(), amount);
}

}  // namespace

int main() {
  for (const int count : {100, 1000, 10000, 100000}) measure(count);
}
