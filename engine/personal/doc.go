// Package personal answers one question: how can a log that never changes forget a person? Personal
// text is encrypted with one key per person. Destroying a person's key erases the person from the
// log, its copies and its backups.
//
// The package encrypts the personal fields of an event, decrypts a field, and makes the index
// entries by which a person is found. An event itself declares which of its fields are personal
// (event.PersonalEvent). The event that destroys a key is the domain's, with a trigger from a
// migration of the domain. Each part has its own package. engine/personal/operator has the
// operator's key, which wraps the other keys, engine/personal/keyfile changes the file of the
// operator's key, and engine/personal/wrapping wraps other keys with the operator's key.
// engine/personal/keyring has the persons' keys, and engine/personal/lookup has the keys with which
// persons are found. engine/personal/rotation replaces the operator's key, and
// engine/personal/renewal replaces the keys of look-ups. engine/personal/readable finds stored keys
// that can't be decrypted, and engine/personal/erasure finds destroyed keys that have come back.
//
// In reading order: keys.go has Keys, which joins the parts; find.go makes the index entries by
// which a person is found; encrypt.go encrypts and decrypts; fingerprint.go has the key that
// distinguishes requests under one idempotency key.
//
// The tables of the package are the tables of the schema keys, and the table erasures. A Keys is
// safe for concurrent use and has no Run. The package must never store or log personal text, and
// must never treat a key that can't be reached as a destroyed key: the error is ErrKeysAway, not
// ErrErased.
//
// Example_personalField in engine/test/personal encrypts, reveals and erases a name.
// event.PersonalEvent is in engine/event; engine/eventlog calls Keys.Encrypt.
package personal
