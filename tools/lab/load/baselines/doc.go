// Package baselines compares several programs on one machine: the service's real programs, programs
// that do less, and the database alone. Package baselines measures them alternately and reports
// ratios, because speed depends on the machine and the ratios depend on it much less.
package baselines
