// Package tokens checks that the issuer's tokens are accepted, and no others.
package tokens
