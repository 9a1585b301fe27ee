// Package operator answers one question: which key wraps the other keys? The operator's key wraps
// the other keys, and KEY_URI names the operator's key. To use a key management service, call the
// service in this package.
//
// The package reads the operator's key, and distinguishes the keys of a keyset by their prefixes.
// engine/personal/keyfile changes the file of the operator's key, and engine/personal/wrapping
// wraps other keys with it.
//
// In reading order: keyset.go reads and edits a Tink keyset; key.go has the Key that other packages
// use.
//
// The package has no table. A Key is safe for concurrent use, and reads its file again when the
// file may have been rotated. A Key must never wrap with a key that can't be read any more, and
// must never show the content of the file.
package operator
