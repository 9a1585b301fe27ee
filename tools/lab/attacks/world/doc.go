// Package world starts the service that is attacked: an issuer, the API with tokens, and a
// projector. It also makes the accounts of two clients: the attacker, and the client whose answers
// are measured. Package world can also cause faults during an attack.
package world
