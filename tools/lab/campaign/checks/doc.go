// Package checks lists the guarantees, and checks a history for violations of each of them.
package checks
