// Package answers holds what was asked of the service, command by command and query by query, and
// what it answered.
package answers
