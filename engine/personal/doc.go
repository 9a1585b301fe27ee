// Package personal answers one question: how can a log that never changes forget a person? Personal
// text is encrypted with one key per person. When a person's key is destroyed, nobody can read the
// person's text any more: neither in the log, nor in its copies and backups.
//
// The package encrypts the personal fields of an event, decrypts a field, and makes hashes (HMAC)
// of texts by which searches find a person. Each type of event declares which of its fields are
// personal (event.PersonalEvent). The domain defines the event that erases a person. A migration of
// the domain adds a database trigger. When the event is appended, the trigger destroys the person's
// key.
//
// Packages below this package do parts of the work. engine/personal/operator has the operator's
// key, which wraps (encrypts) the other keys. engine/personal/keyfile changes the file of the
// operator's key, and engine/personal/wrapping wraps other keys with the operator's key.
// engine/personal/keyring has the persons' keys. engine/personal/lookup has the secrets with which
// the hashes of texts are made. engine/personal/rotation replaces the operator's key, and
// engine/personal/renewal replaces the secrets of the hashes. engine/personal/readable finds stored
// keys that can't be decrypted, and engine/personal/erasure finds destroyed keys that have come
// back.
//
// In reading order: keys.go has Keys, which joins the parts; find.go makes the hashes by which
// searches find a person; encrypt.go encrypts and decrypts; fingerprint.go has the key of the HMACs
// that distinguish requests with the same idempotency key; pseudonyms.go makes the hashes that log
// lines may have instead of subjects.
//
// The tables of the package are all tables of the database schema "keys", and the table erasures.
// Keys is safe for concurrent use and has no function Run. The package must never store or log
// personal text that is not encrypted. If a key can't be reached, the package must never treat the
// key as destroyed: the error for such a key is ErrKeysAway, not ErrErased.
//
// Example_personalField in engine/test/personal encrypts a name, decrypts it, and erases the
// person. event.PersonalEvent is in engine/event; engine/eventlog calls Keys.Encrypt.
package personal
