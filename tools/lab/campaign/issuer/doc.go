// Package issuer gives tokens. Its signing keys rotate, and a wire leads to it.
package issuer
