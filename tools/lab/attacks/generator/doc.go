// Package generator runs in the attacker process. Package generator reads a job (a Job), which says
// what to attack and how. The package sends requests at a fixed rate or with a fixed concurrency,
// keeps connections open, and counts the results.
package generator
