// Package readable answers one question: can every stored key be decrypted? It says so before a
// person's text is asked for, while a copy of the right key file may still be there.
//
// Counting the keys that no key of the operator's decrypts belongs here. Which key has wrapped what
// does not (engine/personal/wrapping), nor what is done about it: docs/operations.md says that.
//
// It is all in readable.go. It reads the tables keys.persons and keys.secrets. Monitor.Run must run
// where its Check is used: engine/process/api. It must never take single keys that nobody can
// decrypt for a reason to answer nobody.
package readable
