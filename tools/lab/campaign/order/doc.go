// Package order finds an order for each account's answers in which they are all true.
package order
