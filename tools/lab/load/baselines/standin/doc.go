// Package standin has the programs with which the service is compared: a handler that does nothing,
// an API without group commit, and a broker.
package standin
