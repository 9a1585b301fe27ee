// Package world starts the service that is attacked: an issuer, the API with tokens, a projector,
// and the accounts of both clients. Package world can also cause faults during an attack.
package world
