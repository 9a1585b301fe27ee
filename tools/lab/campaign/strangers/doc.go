// Package strangers causes the faults of other users of the service's servers: they lock tables and
// rows, keep transactions open, end sessions, and send forged tokens.
package strangers
