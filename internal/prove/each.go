package prove

import (
	"runtime"
	"sync"
)

// each proves a number of alerts side by side, and returns the proofs in their order. The error is that of the first that has one.
func each(number int, one func(i int) (Proof, error)) ([]Proof, error) {
	proofs := make([]Proof, number)
	failures := make([]error, number)
	next := make(chan int)
	var workers sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := range next {
				proofs[i], failures[i] = one(i)
			}
		})
	}
	for i := range number {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return proofs, nil
}
