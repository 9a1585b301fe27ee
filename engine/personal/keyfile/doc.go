// Package keyfile answers one question: how is the operator's key file changed? It changes
// completely or not at all, by one process at a time on a host, and those who could read it still
// can.
//
// Making and replacing the file belong here. Its content does not (engine/personal/operator), nor
// deciding when a key is added or removed (engine/personal/rotation).
//
// In reading order: owner_unix.go and owner_windows.go lock a file and give it an owner; lock.go
// locks the key file, beside.go writes the new content beside it, change.go puts that in its place,
// and new.go makes the first file, unless the database has keys that another key has wrapped.
//
// It has no table; First asks engine/personal/wrapping. engine/process/migrate calls it. It must
// never leave keys in clear in a file of another name, nor make a new key in place of one that was
// lost.
package keyfile
