// Package wrapping answers one question: may this key be stored, wrapped by that key of the
// operator's? By a foreign or retired one nobody could unwrap it.
//
// Wrapping new keys, knowing the operator's key for the database's, and having the database refuse
// what retired keys have wrapped, belong here. What is wrapped does not: persons' keys are
// engine/personal/keyring's, those of look-ups engine/personal/lookup's.
//
// In reading order: secrets.go has the names of keys that are no person's; places.go bounds the
// connections that keys take; belongs.go finds a foreign key, stored.go says which keys have wrapped
// others; retire.go retires keys, in turns with all who write some; wrap.go has the Wrapper.
//
// Its tables are keys.retired, and, to look at, keys.persons and keys.secrets. A Wrapper may be used by
// many goroutines. It must never wrap by a key that is not known for the database's.
package wrapping
