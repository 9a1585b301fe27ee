// Package broker runs NATS with JetStream in a process of its own, and reads its messages.
package broker
