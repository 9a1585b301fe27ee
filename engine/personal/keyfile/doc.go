// Package keyfile answers one question: how is the operator's key file changed? The file changes
// completely or not at all, and on each host only one process at a time changes it. Everybody who
// could read the old file can read the new file.
//
// The code that makes and replaces the key file belongs in this package. engine/personal/operator
// has the content of the file, and engine/personal/rotation decides when to add or remove a key.
//
// In reading order: owner_unix.go and owner_windows.go lock a file and set its owner; lock.go locks
// the key file; beside.go writes new content to a temporary file; change.go replaces the key file
// by the temporary file; new.go makes the first key file, unless the database has keys that another
// key has wrapped.
//
// The package has no table; its function First queries stored keys through
// engine/personal/wrapping. engine/process/migrate calls this package. The package must remove each
// temporary file, also those of killed processes, because a temporary file has unencrypted keys.
// The package must never make a new key in place of a lost key.
package keyfile
