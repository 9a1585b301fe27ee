// Package issuer gives tokens. Its signing keys rotate, and the service reaches it through a wire.
package issuer
