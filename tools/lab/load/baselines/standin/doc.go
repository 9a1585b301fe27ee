// Package standin is what the service is compared with: a handler that does nothing, an API
// without group commit, and a broker.
package standin
