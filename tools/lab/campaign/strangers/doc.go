// Package strangers causes the faults that other users of the service's servers may cause. These
// users lock tables and rows, keep transactions open, end sessions, and send forged tokens.
package strangers
