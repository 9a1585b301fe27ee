// Package baselines compares several programs on one machine: the service's real programs, programs
// that do less, and the database alone. The package measures the programs alternately and reports
// ratios, because ratios depend less on the machine than absolute speeds do.
package baselines
