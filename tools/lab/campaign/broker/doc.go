// Package broker runs NATS with JetStream in a separate process, and reads the messages that NATS
// stores.
package broker
