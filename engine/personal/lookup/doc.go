// Package lookup answers one question: how does a search find a person by a text that is stored
// encrypted? The database also has a hash of the text. The hash is made with a secret key (HMAC),
// so that a copy of the database discloses nothing about the text.
//
// The package has the secrets with which the hashes are made, and the rule that says which texts
// count as equal. An event declares by which of its fields searches may find the person
// (engine/event). engine/personal makes the hashes for an event, and engine/personal/renewal
// replaces the secrets.
//
// In reading order: fold.go makes texts equal that differ only by letter case or by the encoding of
// accents; secret.go has a secret, which makes hashes; read.go reads the secrets, and makes the
// first secret.
//
// The table of the package is keys.secrets. The append of an event stores the hashes in the table
// keys.lookups. A Reader is safe for concurrent use. The database refuses hashes that are made with
// a retired secret. For this reason the package must never use secrets that were read more than a
// second ago.
package lookup
