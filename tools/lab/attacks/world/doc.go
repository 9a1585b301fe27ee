// Package world is the service under attack: an issuer, the API with tokens, a projector, the
// accounts of both clients, and faults that happen at the same time.
package world
