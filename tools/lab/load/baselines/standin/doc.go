// Package standin contains programs for the benchmarks of the service. Two programs are compared
// with the service: an API whose handler does nothing, and an API without group commit. The third
// program is a broker, to which the service's relay publishes messages.
package standin
