// Package keyring answers one question: with which key is this person's text encrypted? Each person
// has one key, which is made for the person's first text, and destroyed when the person is erased.
//
// The package finds, makes and unwraps persons' keys, and keeps them in memory for some seconds.
// engine/personal encrypts text with these keys, and engine/personal/wrapping wraps new keys with
// the operator's key. An append of engine/eventlog stores a new key (docs/decisions/0020).
//
// In reading order: ring.go has the Ring, which fetches a stored key; make.go finds or makes a key
// for encryption.
//
// The package reads the tables keys.persons and keys.erased. A Ring is safe for concurrent use. A
// Ring must never return a key of an erased person, even if a backup has brought the key back. A
// Ring must never treat a key that can't be reached as a destroyed key.
package keyring
