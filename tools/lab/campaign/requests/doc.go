// Package requests makes HTTP requests of commands and queries, and reads their answers.
package requests
