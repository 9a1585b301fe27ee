// Package world starts the service that is attacked: an issuer, the API with tokens, a projector,
// and the accounts of two clients (the attacker, and the client whose answers are measured).
// Package world can also cause faults during an attack.
package world
