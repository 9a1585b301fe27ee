// Package operator answers one question: which key wraps the others? It is the operator's, which
// KEY_URI names; a key management service would be called here.
//
// Reading that key, and distinguishing the keys of a keyset by their prefixes, belong here.
// Changing its file does not (engine/personal/keyfile), nor what it wraps
// (engine/personal/wrapping).
//
// In reading order: keyset.go reads and edits a Tink keyset, key.go is the Key that is used.
//
// It has no table. A Key may be used by many goroutines, and is read again when it may have been
// rotated. It must never wrap with a key that can't be read any more, nor show the file's content.
package operator
