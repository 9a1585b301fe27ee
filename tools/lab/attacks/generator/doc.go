// Package generator runs in the attacker process: it reads its job, sends requests at a fixed rate
// or with a fixed concurrency, keeps connections open, and counts the results.
package generator
