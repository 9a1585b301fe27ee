// Package wrapping answers one question: may this key be stored, wrapped with that key of the
// operator? With a foreign or retired one nobody could unwrap it.
//
// Wrapping new keys, proving that the operator's key is the database's, and making the database
// refuse what retired keys have wrapped, belong here. The wrapped keys do not: persons' keys are
// engine/personal/keyring, those of look-ups engine/personal/lookup.
//
// In reading order: secrets.go has the names of keys that belong to no person; places.go bounds the
// connections that keys take; belongs.go finds a foreign key, stored.go says which keys have
// wrapped others; retire.go retires keys, while nobody else writes any; wrap.go has the Wrapper.
//
// Its tables are keys.retired, and, to read, keys.persons and keys.secrets. A Wrapper may be used
// by many goroutines. It must never wrap with a key that is not proven to be the database's.
package wrapping
