"""Every bound struct: for each of its fields a value and another one; a test changes each alone."""

from bound_structs import carried, fitted, formulas, results, simulations, windows

STRUCTS = results.STRUCTS | formulas.STRUCTS | simulations.STRUCTS | fitted.STRUCTS | carried.STRUCTS | windows.STRUCTS
