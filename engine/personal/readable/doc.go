// Package readable answers one question: can every stored key be decrypted? The package reports a
// key that can't be decrypted before the person's text is needed, while a copy of the right key
// file may still exist.
//
// The package counts the stored keys that no key of the operator decrypts. engine/personal/wrapping
// knows which key has wrapped which stored keys, and docs/operations.md has the remedy.
//
// All code of the package is in readable.go. The package reads the tables keys.persons and
// keys.secrets. Monitor.Run must run in a process that uses Monitor.Check, which is
// engine/process/api. The Monitor must never stop the whole service because of single keys that
// can't be decrypted.
package readable
