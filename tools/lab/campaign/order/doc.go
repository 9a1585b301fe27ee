// Package order checks that the answers are linearizable. For each account, package order searches
// for an order of the answers about the account. In this order, every answer must be possible.
package order
