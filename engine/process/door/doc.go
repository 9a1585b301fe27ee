// Package door answers one question: which requests get into an API, and how? By tokens of an
// issuer, or everybody at a loopback address; how much one client may send; and TLS.
//
// Turning the API's variables into checks belongs here, all in door.go: what is wrong is refused
// by the variable's name. The checks themselves do not: tokens are engine/auth, names of issuers
// engine/auth/issuers, addresses engine/edge/admission.
//
// Door.Run must run: it keeps the issuer's keys current. The package must never let somebody in
// because something could not be checked. The caller is engine/process/api.
package door
