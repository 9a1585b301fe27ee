// Package proxy is a TCP proxy that can cut connections, pass on nothing, be slow, or lose answers.
package proxy
