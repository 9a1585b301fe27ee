// Package operator answers one question: which key wraps the other keys? The operator's key wraps
// the persons' keys and the secrets of look-ups. KEY_URI names the operator's key. To use a key
// management service, add code to this package that calls the service.
//
// The package reads the operator's key, which is a keyset: a primary key, and earlier keys.
// Everything that a key has wrapped begins with the key's prefix. By the prefix, the package finds
// out which key has wrapped something. engine/personal/keyfile changes the file of the operator's
// key, and engine/personal/wrapping wraps other keys with the operator's key.
//
// In reading order: keyset.go reads and edits a Tink keyset; key.go has the Key that other packages
// use.
//
// The package has no table. A Key is safe for concurrent use, and reads its file again when the
// file may have changed. A Key must never wrap with keys that it read from the file more than a
// second ago, and must never show the content of the file.
package operator
