package wechatsim

// logSize is how much of a log is kept.
const logSize = 2000

// ring keeps the newest entries of a log and numbers them from 1.
type ring[T any] struct {
	entries []T
	first   int64 // number of entries[0], less one
}

// add keeps an entry and returns its number.
func (r *ring[T]) add(entry T) int64 {
	if len(r.entries) >= 2*logSize { // now and then, not each time
		r.first += int64(len(r.entries) - logSize)
		r.entries = append([]T(nil), r.entries[len(r.entries)-logSize:]...)
	}
	r.entries = append(r.entries, entry)
	return r.first + int64(len(r.entries))
}

// at finds an entry that is still kept; nil when it is not.
func (r *ring[T]) at(n int64) *T {
	if i := n - r.first - 1; i >= 0 && i < int64(len(r.entries)) {
		return &r.entries[i]
	}
	return nil
}

// after copies what came after number n, oldest first, with its numbers told
// to name.
func (r *ring[T]) after(n int64, name func(*T, int64)) []T {
	from := max(n-r.first, 0)
	if from > int64(len(r.entries)) {
		from = int64(len(r.entries))
	}
	out := append([]T{}, r.entries[from:]...)
	for i := range out {
		name(&out[i], r.first+from+int64(i)+1)
	}
	return out
}
