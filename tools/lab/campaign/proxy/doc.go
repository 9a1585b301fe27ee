// Package proxy is a TCP proxy that can cut connections, pass on no bytes, be slow, or lose
// answers.
package proxy
