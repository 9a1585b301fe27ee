// Package erasure answers one question: does a person whose erasure is in the log still have a key?
// Such a key may exist because a restored backup has brought it back, or because no migration has
// added the trigger that destroys keys.
//
// Code that finds keys of erased persons, destroys them again, or finds missing triggers belongs in
// this package. Usually a trigger destroys the key of a person, in the transaction that appends the
// event that erases the person. This package destroys only keys that exist although such an event
// is in the log. engine/personal/keyring returns no key of an erased person.
//
// In reading order: erase.go destroys keys again; trigger.go finds the types of event that lack a
// trigger; returned.go looks for keys that have come back.
//
// The tables of the package are erasures, keys.erased and keys.persons; engine/eventlog/logsql has
// the SQL about the log. Each process that uses Returned.Check must run Returned.Run, as
// engine/process/api does. engine/process/migrate calls Again. The package must never destroy a key
// of a person whose erasure is not in the log.
package erasure
