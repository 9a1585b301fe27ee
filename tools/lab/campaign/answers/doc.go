// Package answers holds the commands and queries that clients sent, and the service's answers.
package answers
