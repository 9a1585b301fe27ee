// Package projecting holds the contests of everything that follows the log: the projector, the
// relay, the chain, personal data and long logs.
package projecting
