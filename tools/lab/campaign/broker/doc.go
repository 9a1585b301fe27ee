// Package broker is NATS with JetStream in a process of its own, and the messages that it has.
package broker
