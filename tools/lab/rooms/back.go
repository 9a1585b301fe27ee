package main

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"
)

// back returns the smallest set of arrows (dependencies between files) that must be removed, so
// that no cycle of arrows remains. The result is sorted by file. back solves this separately for
// each group of files that depend on each other in a cycle. For a group of up to 18 files, back
// computes the optimum by dynamic programming over subsets (Lawler 1964). For a larger group, back
// uses a heuristic (Eades, Lin and Smyth 1993), which may return a few more arrows than necessary.
// The heuristic repeatedly selects the file with the largest difference between the numbers of its
// outgoing and incoming arrows.
func (r *room) back() (found []arrow) {
	for _, group := range r.circles() {
		order := best
		if len(group) > 18 {
			order = greedy
		}
		place := make(map[int]int)
		for i, file := range order(group, r.arrows) {
			place[file] = i
		}
		for a := range r.arrows {
			from, in := place[a.from]
			to, there := place[a.to]
			if in && there && from > to {
				found = append(found, a)
			}
		}
	}
	slices.SortFunc(found, func(a, b arrow) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	return found
}

// circles returns the groups of files that depend on each other in a cycle.
func (r *room) circles() (groups [][]int) {
	reach := make([][]bool, len(r.files))
	for i := range reach {
		reach[i] = make([]bool, len(r.files))
	}
	for a := range r.arrows {
		reach[a.from][a.to] = true
	}
	for k := range reach {
		for i := range reach {
			for j := range reach {
				reach[i][j] = reach[i][j] || reach[i][k] && reach[k][j]
			}
		}
	}
	done := make(map[int]bool)
	for i := range reach {
		group := []int{i}
		for j := range reach {
			if j != i && reach[i][j] && reach[j][i] {
				group = append(group, j)
			}
		}
		if len(group) > 1 && !done[i] {
			groups = append(groups, group)
			for _, j := range group {
				done[j] = true
			}
		}
	}
	return groups
}

// best returns the order of the files in a group for which the number of backward arrows
// (dependencies) is minimal.
func best(group []int, arrows map[arrow][]string) []int {
	n := len(group)
	uses := make([]int, n) // for each file: a bit for each other file that it uses
	for i, from := range group {
		for j, to := range group {
			if _, ok := arrows[arrow{from, to}]; ok {
				uses[i] |= 1 << j
			}
		}
	}
	cost, last := make([]int, 1<<n), make([]int, 1<<n)
	for set := 1; set < 1<<n; set++ {
		cost[set] = math.MaxInt
		for i := range n {
			if set&(1<<i) == 0 {
				continue
			}
			before := set &^ (1 << i)
			if c := cost[before] + bits.OnesCount(uint(uses[i]&before)); c < cost[set] {
				cost[set], last[set] = c, i
			}
		}
	}
	var order []int
	for set := 1<<n - 1; set != 0; set &^= 1 << last[set] {
		order = append(order, group[last[set]])
	}
	slices.Reverse(order)
	return order
}

// greedy returns an order of the files in a group. In this order, only few arrows (dependencies
// between files) point backward.
func greedy(group []int, arrows map[arrow][]string) (order []int) {
	for left := slices.Clone(group); len(left) > 0; {
		surplus := make(map[int]int)
		for a := range maps.Keys(arrows) {
			if slices.Contains(left, a.from) && slices.Contains(left, a.to) {
				surplus[a.from]++
				surplus[a.to]--
			}
		}
		first := slices.MaxFunc(left, func(a, b int) int { return cmp.Or(surplus[a]-surplus[b], b-a) })
		order = append(order, first)
		left = slices.DeleteFunc(left, func(file int) bool { return file == first })
	}
	return order
}
