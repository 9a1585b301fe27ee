// Package erasure answers one question: does nobody have a key whose erasure is in the log? A
// restored backup brings keys back, and a migration may lack the trigger that destroys them.
//
// Finding such keys, destroying them again, and finding the missing triggers belong here. The
// erasure itself does not: the trigger of the domain's event destroys the key, in the append
// (engine/eventlog), and engine/personal/keyring returns no key of a person who was erased.
//
// In reading order: erase.go destroys keys again; trigger.go finds the types of event without a
// trigger; returned.go looks for keys that have come back.
//
// Its tables are erasures, keys.erased and keys.persons; engine/eventlog/logsql has SQL about the
// log. Returned.Run must run where its Check is used: engine/process/api; engine/process/migrate
// calls Again. It must never destroy a key without an erasure in the log.
package erasure
