// Package order searches, for each account, for an order of the answers about it in which all
// answers are possible (linearizability).
package order
