// Package balancer says which process to ask, as a load balancer would.
package balancer
