// Package door decides which requests may access an API. Package door sets up the check of an
// issuer's tokens (or access for everybody at a loopback address), the limits per client, and TLS.
//
// Code that turns the API's environment variables into checks belongs in door.go. If a value is
// wrong, the error names the variable. The checks themselves belong in other packages: checks of
// tokens in engine/auth, names of issuers in engine/auth/issuers, limits per address in
// engine/edge/admission.
//
// The caller, engine/process/api, must call Door.Run, which keeps the issuer's keys current. If
// something can't be checked, package door must never accept the request.
package door
