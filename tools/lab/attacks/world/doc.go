// Package world is the service as it is attacked: an issuer, the API with tokens and a projector, the
// accounts of both clients, and what else can be wrong meanwhile.
package world
