// Package rotation answers one question: how does the operator get a new key? The file gets another
// one, every person's key is wrapped anew, and later the old keys are taken out.
//
// The steps of a rotation, and when an old key is still needed, belong here. How the file is changed
// does not (engine/personal/keyfile), nor how look-ups get a new secret (engine/personal/renewal).
//
// In reading order: newest.go refuses an old copy of the file; rewrap.go wraps what is stored by the
// newest key; rotate.go does all of it, and drop.go takes old keys out.
//
// Its tables are keys.persons and keys.retired. engine/process/migrate calls it, with the rights of
// the schema's owner; one runs after another. It must never take a key out, or leave one behind, by
// which something stored is wrapped that no other key unwraps.
package rotation
