// Package door decides which requests may access an API. Package door sets up the check of an
// issuer's tokens, or access for everybody at a loopback address; the limits per client; and TLS.
//
// Put code that turns the API's variables into checks in door.go, which rejects a wrong value by
// the variable's name. The checks themselves belong in other packages: tokens in engine/auth, names
// of issuers in engine/auth/issuers, addresses in engine/edge/admission.
//
// The caller, engine/process/api, must call Door.Run, which keeps the issuer's keys current.
// Package door must never accept a request because something could not be checked.
package door
