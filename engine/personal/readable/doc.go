// Package readable answers one question: can every stored key be decrypted? It finds out before a
// person's text is needed, while a copy of the right key file may still exist.
//
// Counting the keys that no key of the operator decrypts belongs here. Knowing which key has
// wrapped what does not (engine/personal/wrapping), nor the remedy, which is in docs/operations.md.
//
// It is all in readable.go. It reads the tables keys.persons and keys.secrets. Monitor.Run must run
// where its Check is used: engine/process/api. Single keys that nobody can decrypt must never make
// it stop the whole service.
package readable
