// Package rotation answers one question: how does the operator get a new key? The key file gets a
// new key, and every person's key is wrapped again with the new key. Later the old keys are removed
// from the file.
//
// The package has the steps of a rotation, and knows when an old key is still needed.
// engine/personal/keyfile changes the key file. engine/personal/renewal replaces the secret of
// look-ups, which are hashes of texts by which searches find persons.
//
// In reading order: newest.go refuses an old copy of the key file; rewrap.go wraps stored keys with
// the newest key; rotate.go runs a whole rotation; drop.go removes old keys.
//
// The tables of the package are keys.persons and keys.retired. engine/process/migrate calls this
// package, with the rights of the schema's owner. Only one rotation runs at a time. The package
// must never remove from the file the only key that unwraps a stored key. If a key is no longer in
// the file, the package must never store what this key has wrapped.
package rotation
