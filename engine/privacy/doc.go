// Package privacy answers one question: how can a log that never changes forget a person? Personal
// text is encrypted, each person's by a key of their own; destroying the key erases the person
// from the log, its copies and its backups.
//
// Keys, and what is encrypted by them, belong here. Which field is personal does not: an event
// declares that (event.PersonalEvent), and the event that destroys a key is the domain's, with a
// trigger from its migration.
//
// In reading order: key.go is the operator's key, which wraps the others, and keyset.go reads its
// file; keys.go holds persons' keys for seconds and make.go makes new ones, which the append
// stores (docs/decisions/0020); seal.go encrypts an event's fields and reveals one. lookups.go and
// find.go find a person by a keyed index, fold.go makes texts equal that differ by letter case.
// returned.go finds keys that a restored backup brought back and erase.go destroys those.
// change.go, renew.go and rotate.go change the operator's key; belongs.go finds a foreign one,
// readable.go keys that nobody can decrypt. fingerprint.go has the key by which requests under one
// idempotency key are told apart.
//
// Its tables are in the schema keys, and erasures. Keys may be used by many goroutines and needs
// no Run; Readable.Run and Returned.Run look in the background. It must never store or log
// personal text, and never take a key that it can't get for one that was destroyed: that is
// ErrKeysAway, not ErrErased.
//
// Example_personalField in engine/test/privacy encrypts, reveals and erases a name. The
// declaration is in engine/event; engine/eventstore calls Keys.Seal.
package privacy
