// Package attacker starts this program again as the attacker, a separate process on one processor.
// Package attacker sends a job to that process and reads its results.
package attacker
