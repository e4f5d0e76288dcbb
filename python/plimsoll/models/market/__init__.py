"""Value at risk and expected shortfall by filtered historical simulation, with its benchmarks and its backtest."""
