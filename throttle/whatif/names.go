package whatif

import (
	"fmt"
	"strconv"
)

// named is a policy that can be made anew for each run.
type named struct {
	name string
	make func() Policy
}

// policies are those that reports name, in their order.
func policies() []named {
	all := []named{
		{"none", func() Policy { return never{} }},
		{"unthrottled", func() Policy { return always{} }},
	}
	for _, k := range []int{3, 5, 7} {
		all = append(all, named{"fixed-" + strconv.Itoa(k), func() Policy { return &capped{posts: k, days: 7} }})
	}
	for _, k := range []int{3, 5, 7} {
		all = append(all, named{"ranked-" + strconv.Itoa(k), func() Policy { return &capped{posts: k, days: 7, ranked: true} }})
	}
	return append(all,
		named{"token-bucket", func() Policy { return &bucket{perWeek: 3, burst: 3} }},
		named{"aimd", func() Policy { return &aimd{} }},
		named{"siyu", func() Policy { return &siyu{} }},
	)
}

// sweep are the ranked caps from hardly any to two a day, of which the frontier is made. Those that policies names are not
// run twice.
func sweep() []named {
	var all []named
	for _, c := range [][2]int{{1, 28}, {1, 14}, {1, 7}, {3, 14}, {2, 7}, {5, 14}, {3, 7}, {7, 14}, {4, 7}, {5, 7}, {6, 7}, {7, 7},
		{8, 7}, {10, 7}, {12, 7}, {14, 7}} {
		posts, days := c[0], c[1]
		name := fmt.Sprintf("ranked-%d", posts)
		if days != 7 {
			name = fmt.Sprintf("ranked-%d/%dd", posts, days)
		}
		all = append(all, named{name, func() Policy { return &capped{posts: posts, days: days, ranked: true} }})
	}
	return all
}
