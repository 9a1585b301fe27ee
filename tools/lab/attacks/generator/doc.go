// Package generator is the inner part of the attacker: it reads its job, sends requests at a rate
// or so many at once, keeps connections open, and counts the results.
package generator
