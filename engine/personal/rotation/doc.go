// Package rotation answers one question: how does the operator get a new key? The file gets another
// key, every person's key is wrapped again, and later the old keys are removed.
//
// The steps of a rotation, and knowing when an old key is still needed, belong here. Changing the
// file does not (engine/personal/keyfile), nor giving look-ups a new secret
// (engine/personal/renewal).
//
// In reading order: newest.go refuses an old copy of the file; rewrap.go wraps what is stored with
// the newest key; rotate.go does all of it, and drop.go removes old keys.
//
// Its tables are keys.persons and keys.retired. engine/process/migrate calls it, with the rights of
// the schema's owner; one rotation runs at a time. It must never remove a key that is the only one
// to unwrap something stored, nor store something wrapped with a key that is no longer in the file.
package rotation
