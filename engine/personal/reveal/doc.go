// Package reveal answers one question: what does an event say once its personal data is decrypted?
//
// All code of the package is in reveal.go. Storing and destroying keys is done by
// engine/personal/keyring and engine/personal/erasure; who may see an event is decided by the caller
// (engine/edge/subscribe, an export of a service).
//
// The package has no table and no goroutine. It must never return the text of an erased person: a
// field of an erased person becomes null.
package reveal
