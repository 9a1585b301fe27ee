// Package requests builds HTTP requests from commands and queries, and reads their answers.
package requests
