// Package readable answers one question: can every stored key be decrypted? If a key can't be
// decrypted, the package reports that before somebody needs the person's text. A copy of the right
// key file may still exist at that time.
//
// The package counts the stored keys that none of the operator's keys decrypts.
// engine/personal/wrapping counts the stored keys that each of the operator's keys has wrapped, and
// docs/operations.md says what an operator can do.
//
// All code of the package is in readable.go. The package reads the tables keys.persons and
// keys.secrets. Each process that uses Monitor.Check must run Monitor.Run, as engine/process/api
// does. If a few keys can't be decrypted, the Monitor must never stop the whole service.
package readable
