// Package order searches, for each account, for an order of its answers in which all of them are
// true.
package order
