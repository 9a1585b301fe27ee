// Package lookup answers one question: how is a person found by a text that is stored encrypted?
// The database has a keyed index of the text, an HMAC, from which a copy of the database discloses
// nothing.
//
// The secrets with which index entries are made, and the rule which texts count as equal, belong
// here. Declaring a field findable does not: an event does that (engine/event); engine/personal
// makes the look-ups of an event, and engine/personal/renewal replaces the secrets.
//
// In reading order: fold.go makes texts equal that differ by letter case; secret.go has a secret
// and the index entry that it makes; read.go reads the secrets, and makes the first.
//
// Its table is keys.secrets; an append writes keys.lookups. A Reader may be used by many
// goroutines. It must never make an index entry with a secret that the database refuses: the
// secrets are read again after a second.
package lookup
