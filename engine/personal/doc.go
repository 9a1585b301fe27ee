// Package personal answers one question: how can a log that never changes forget a person? Personal
// text is encrypted, each person's by a key of their own; destroying the key erases the person
// from the log, its copies and its backups.
//
// Encrypting an event's fields, decrypting one, and what a person is found by belong here. Which
// field is personal does not: an event declares that (event.PersonalEvent), and the event that
// destroys a key is the domain's, with a trigger from its migration. Each part has a package of its
// own: engine/personal/operator is the key that wraps the others, engine/personal/keyfile changes
// its file, engine/personal/wrapping wraps; engine/personal/keyring has persons' keys and
// engine/personal/lookup the keys that persons are found by; engine/personal/rotation changes
// the operator's key and engine/personal/renewal those of look-ups; engine/personal/readable and
// engine/personal/erasure look for keys that nobody can decrypt, and that have come back.
//
// In reading order: keys.go has Keys and joins the parts; find.go says what a person is found by;
// encrypt.go encrypts and reveals; fingerprint.go has the key by which requests under one
// idempotency key are told apart.
//
// Its tables are in the schema keys, and erasures. Keys may be used by many goroutines and needs
// no Run. It must never store or log personal text, and never take a key that it can't get for one
// that was destroyed: that is ErrKeysAway, not ErrErased.
//
// Example_personalField in engine/test/personal encrypts, reveals and erases a name. The
// declaration is in engine/event; engine/eventlog calls Keys.Encrypt.
package personal
