// Package baselines compares several programs on one machine, side by side: the real programs,
// handlers that do less, and the database alone. It measures them in turns and reports ratios,
// because the speed of a machine is its own, and ratios hold elsewhere.
package baselines
