// Package keyring answers one question: with which key is this person's text encrypted? Each person
// has one, which is made with the first text and destroyed with the person.
//
// Persons' keys belong here: finding, making and unwrapping them, and keeping them in memory for
// seconds. Encrypting with them does not (engine/personal), nor the key that wraps them
// (engine/personal/wrapping). An append stores a new key (docs/decisions/0020): engine/eventlog.
//
// In reading order: ring.go has the Ring, which fetches a stored key; make.go finds or makes a key
// to encrypt with.
//
// It reads the tables keys.persons and keys.erased. A Ring may be used by many goroutines. It must
// never return a key of a person who was erased, even if a backup has brought the key back, and
// never treat a key that can't be reached as one that was destroyed.
package keyring
