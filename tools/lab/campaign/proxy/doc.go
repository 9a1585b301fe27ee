// Package proxy is a TCP proxy that can be cut, deaf, slow, or lose what it is told.
package proxy
