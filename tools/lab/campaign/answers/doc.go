// Package answers holds the commands and queries that clients sent, with the service's answers.
package answers
