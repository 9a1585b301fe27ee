// Package answers holds what clients asked of the service, by command and by query, and its
// answers.
package answers
