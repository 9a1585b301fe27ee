// Package wrapping answers one question: may the database store a key that the operator's key has
// wrapped? If the operator's key belongs to another database, or is retired, nobody could unwrap
// the stored key.
//
// The package wraps new keys. Before that, the package proves that the operator's key belongs to
// the database, which means that this key has wrapped the stored keys. The package also retires
// keys: from then on, the database refuses everything that a retired key wraps. The wrapped keys
// are not in this package: engine/personal/keyring has the persons' keys, and
// engine/personal/lookup has the secrets of look-ups, with which searches find persons.
//
// In reading order: secrets.go has the names of the keys that belong to no person; places.go limits
// the number of connections that run SQL statements about keys; belongs.go recognizes an operator's
// key of another database; stored.go counts the stored keys that each of the operator's keys has
// wrapped; retire.go retires keys, while no other session writes keys; wrap.go has the Wrapper.
//
// The package writes the table keys.retired, and reads keys.persons and keys.secrets. A Wrapper is
// safe for concurrent use. A Wrapper must never wrap with an operator's key before it has proved
// that the key belongs to the database.
package wrapping
