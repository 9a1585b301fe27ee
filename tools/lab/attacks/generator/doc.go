// Package generator runs in the attacker process. It reads a job, which says what to attack and
// how. It sends requests at a fixed rate or with a fixed concurrency, keeps connections open, and
// counts the results.
package generator
