// Package reveal answers one question: what is the data of an event after its personal fields are
// decrypted?
//
// All code of the package is in reveal.go. engine/personal decrypts one field, and
// engine/personal/keyring has the persons' keys. The caller (engine/edge/subscribe, or an export of
// a service) decides who may see an event.
//
// The package has no table and no goroutine. The package must never return the text of an erased
// person: a field of an erased person becomes null.
package reveal
