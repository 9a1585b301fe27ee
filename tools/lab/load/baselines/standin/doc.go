// Package standin contains the programs with which the service is compared or measured: an API
// whose handler does nothing, an API without group commit, and a broker.
package standin
