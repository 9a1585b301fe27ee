// Package erasure answers one question: does a person whose erasure is in the log still have a key?
// A restored backup brings keys back, and a migration may lack the trigger that destroys keys.
//
// The package finds such keys, destroys them again, and finds missing triggers. The package does
// not erase a person in the first place: the trigger of the domain's event destroys the key, in the
// append (engine/eventlog), and engine/personal/keyring returns no key of an erased person.
//
// In reading order: erase.go destroys keys again; trigger.go finds the types of event that lack a
// trigger; returned.go looks for keys that have come back.
//
// The tables of the package are erasures, keys.erased and keys.persons; engine/eventlog/logsql has
// the SQL about the log. Returned.Run must run in a process that uses Returned.Check, which is
// engine/process/api; engine/process/migrate calls Again. The package must never destroy a key of a
// person whose erasure is not in the log.
package erasure
