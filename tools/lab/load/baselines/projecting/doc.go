// Package projecting holds the contests that measure what follows the log: the projector, the relay
// and the chain. Package projecting also holds the contests about personal data and about long
// logs.
package projecting
