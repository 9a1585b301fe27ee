// Package personal answers one question: how can a log that never changes forget a person? Personal
// text is encrypted, with a key per person; destroying the key erases the person from the log, its
// copies and its backups.
//
// Encrypting an event's fields, decrypting one, and finding a person belong here. Declaring a field
// personal does not: an event does that (event.PersonalEvent), and the event that destroys a key is
// the domain's, with a trigger from its migration. Each part has a package of its own:
// engine/personal/operator is the key that wraps the others, engine/personal/keyfile changes its
// file, engine/personal/wrapping wraps; engine/personal/keyring has persons' keys and
// engine/personal/lookup the keys with which persons are found; engine/personal/rotation changes
// the operator's key and engine/personal/renewal those of look-ups; engine/personal/readable finds
// keys that nobody can decrypt, and engine/personal/erasure keys that were destroyed and have come
// back.
//
// In reading order: keys.go has Keys and joins the parts; find.go makes the index entries by which
// a person is found; encrypt.go encrypts and reveals; fingerprint.go has the key that distinguishes
// requests under one idempotency key.
//
// Its tables are in the schema keys, and erasures. Keys may be used by many goroutines and needs no
// Run. It must never store or log personal text, and never treat a key that can't be reached as one
// that was destroyed: that is ErrKeysAway, not ErrErased.
//
// Example_personalField in engine/test/personal encrypts, reveals and erases a name. The
// declaration is in engine/event; engine/eventlog calls Keys.Encrypt.
package personal
