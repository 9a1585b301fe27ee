// Package attacker starts the attacker: this program once more, as a process of its own on one
// processor, which is told its job and says what it got.
package attacker
