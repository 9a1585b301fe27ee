// Package keyring answers one question: by which key is this person's text encrypted? By one of the
// person's own, which is made with the first text and destroyed with the person.
//
// Persons' keys belong here: finding, making and unwrapping them, and holding them for seconds. What
// is encrypted by them does not (engine/personal), nor the key that wraps them
// (engine/personal/wrapping). An append stores a new key (docs/decisions/0020): engine/eventlog.
//
// In reading order: ring.go has the Ring, which fetches a key that is stored; make.go finds or
// makes one to encrypt by.
//
// It reads the tables keys.persons and keys.erased. A Ring may be used by many goroutines. It must
// never give out a key of a person who was erased, whatever a backup has brought back, and never
// take a key that can't be had for one that was destroyed.
package keyring
