"""Method against method on trades that fill the space of terms and markets, its corners included."""
