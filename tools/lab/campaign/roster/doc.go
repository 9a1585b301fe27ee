// Package roster holds the accounts and customers that clients know, in the order of their opening.
package roster
