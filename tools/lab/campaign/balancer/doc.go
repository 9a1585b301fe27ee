// Package balancer selects the API process for each request, as a load balancer does.
package balancer
