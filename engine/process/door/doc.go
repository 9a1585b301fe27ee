// Package door answers one question: which requests may enter an API, and how? It sets up tokens of
// an issuer, or access for everybody at a loopback address; the bounds for one client; and TLS.
//
// Turning the API's variables into checks belongs here, all in door.go: a wrong value is refused by
// the variable's name. The checks themselves do not: tokens are engine/auth, names of issuers
// engine/auth/issuers, addresses engine/edge/admission.
//
// Door.Run must run: it keeps the issuer's keys current. The package must never let a request in
// because something could not be checked. The caller is engine/process/api.
package door
