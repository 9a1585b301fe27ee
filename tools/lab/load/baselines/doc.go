// Package baselines starts what is compared on one machine, side by side: the real
// programs, handlers that do less, and the database alone. It measures them in turns
// and says the ratios: what a machine does in a second is its own, ratios travel.
package baselines
