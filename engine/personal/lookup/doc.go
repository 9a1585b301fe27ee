// Package lookup answers one question: how is a person found by a text that is stored encrypted? By a
// keyed index of it, an HMAC, of which a copy of the database says nothing.
//
// The secrets that indexes are made by, and which texts count as the same, belong here. Which
// fields are findable does not: an event declares that (engine/event); engine/personal makes the
// look-ups of an event, and engine/personal/renewal replaces the secrets.
//
// In reading order: fold.go makes texts equal that differ by letter case; secret.go has a secret and
// the index that it makes; read.go reads the secrets, and makes the first.
//
// Its table is keys.secrets; an append writes keys.lookups. A Reader may be used by many goroutines.
// It must never make an index by a secret that the database refuses: the secrets are read again
// after a second.
package lookup
