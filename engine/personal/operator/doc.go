// Package operator answers one question: which key wraps the others? The operator's, which KEY_URI
// names; it is where a key management service would be called.
//
// Reading that key, and telling the keys of a keyset apart by their prefixes, belong here. Changing
// its file does not (engine/personal/keyfile), nor what is wrapped by it (engine/personal/wrapping).
//
// In reading order: keyset.go reads and edits a Tink keyset, key.go is the Key that is used.
//
// It has no table. A Key may be used by many goroutines, and is read again when it may have been
// rotated. It must never wrap by a key that can't be read any more, nor show what is in the file.
package operator
