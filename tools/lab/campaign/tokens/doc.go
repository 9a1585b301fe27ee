// Package tokens sees that tokens of the issuer's are taken, and no others.
package tokens
