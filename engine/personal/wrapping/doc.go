// Package wrapping answers one question: may a key be stored that this key of the operator has
// wrapped? If the operator's key is foreign or retired, nobody could unwrap the stored key.
//
// The package wraps new keys, proves that the operator's key is the database's, and retires keys,
// after which the database refuses what these keys wrap. The package does not have the wrapped
// keys: engine/personal/keyring has the persons' keys, and engine/personal/lookup has the keys of
// look-ups.
//
// In reading order: secrets.go has the names of the keys that belong to no person; places.go bounds
// the connections that statements on keys use; belongs.go recognizes a foreign key; stored.go
// counts the stored keys that each key has wrapped; retire.go retires keys, while no other session
// writes keys; wrap.go has the Wrapper.
//
// The package writes the table keys.retired, and reads keys.persons and keys.secrets. A Wrapper is
// safe for concurrent use. A Wrapper must never wrap with a key that is not proven to be the
// database's.
package wrapping
