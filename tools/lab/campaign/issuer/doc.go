// Package issuer is a token issuer whose signing keys rotate. The service reaches the issuer
// through a wire (a TCP proxy of package proxy).
package issuer
