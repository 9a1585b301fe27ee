// Package collect reads everything that exists once everything has come to rest.
package collect
