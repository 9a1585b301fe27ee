// Package tokens checks that the API accepts the issuer's tokens and no others.
package tokens
