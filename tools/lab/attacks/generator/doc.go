// Package generator is the attacker from within: it reads its job, sends requests at a rate or so many
// at once, keeps connections open, and counts what came of it.
package generator
