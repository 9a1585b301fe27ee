// Package attacker starts the attacker: this program again, as a process of its own on one
// processor. The process gets a job, and reports its results.
package attacker
