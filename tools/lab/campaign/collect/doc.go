// Package collect reads all that is there once everything has come to rest.
package collect
