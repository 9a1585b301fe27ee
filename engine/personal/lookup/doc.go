// Package lookup answers one question: how does a search find a person by a text that is stored
// encrypted? The database has an index entry for the text. The entry is an HMAC with a secret key,
// so that a copy of the database discloses nothing about the text.
//
// The package has the secrets with which index entries are made, and the rule that says which texts
// count as equal. An event declares by which of its fields searches may find the person
// (engine/event). engine/personal makes the look-ups (index entries) of an event, and
// engine/personal/renewal replaces the secrets.
//
// In reading order: fold.go makes texts equal that differ by letter case; secret.go has a secret,
// which makes index entries; read.go reads the secrets, and makes the first secret.
//
// The table of the package is keys.secrets; an append writes the table keys.lookups. A Reader is
// safe for concurrent use. The package must never make an index entry with a secret that the
// database refuses. For this reason a Reader reads the secrets again after a second.
package lookup
