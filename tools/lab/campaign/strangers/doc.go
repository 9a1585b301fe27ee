// Package strangers does what other users do to a service: they lock tables and rows, keep
// transactions open, end sessions, and send forged tokens.
package strangers
