// Package operator answers one question: which key wraps the other keys? One key, the operator's
// key, wraps all other keys. KEY_URI names the operator's key. To use a key management service, add
// code to this package that calls the service.
//
// The package reads the operator's key. The package also distinguishes the keys of a keyset by
// their prefixes. engine/personal/keyfile changes the file of the operator's key, and
// engine/personal/wrapping wraps other keys with it.
//
// In reading order: keyset.go reads and edits a Tink keyset; key.go has the Key that other packages
// use.
//
// The package has no table. A Key is safe for concurrent use, and reads its file again when the
// file may have changed. A Key must never wrap another key with a key that is no longer in the
// file, and must never show the content of the file.
package operator
