// Package erasure answers one question: is everybody forgotten whose erasure is in the log? A restored
// backup brings keys back, and a migration may have forgotten the trigger that destroys them.
//
// Finding such keys, destroying them again, and finding the triggers that are missing, belong here.
// The erasure itself does not: the trigger of the domain's event does that, in the append
// (engine/eventlog), and engine/personal/keyring knows nobody any more who was erased.
//
// In reading order: erase.go destroys keys again; trigger.go finds the types of event without a trigger;
// returned.go looks for keys that have come back.
//
// Its tables are erasures, keys.erased and keys.persons; the log is asked by engine/eventlog/logsql.
// Returned.Run must run where its Check is used: engine/process/api; engine/process/migrate calls
// Again. It must never destroy a key without an erasure in the log.
package erasure
