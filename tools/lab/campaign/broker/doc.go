// Package broker runs NATS with JetStream in a separate process, and reads its messages.
package broker
