// Package balancer picks the process to ask, as a load balancer does.
package balancer
