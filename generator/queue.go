package generator

import (
	"runtime"
	"sync"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/schema"
)

// queue compiles packages side by side and delivers them in the order in which they came. Only a few are under way at a
// time, so that a fleet of thousands needs no more memory than a few dozen.
type queue struct {
	compile func(*schema.Package, diag.List) compiled
	slots   chan struct{}      // one for each package under way
	results chan chan compiled // in order
	done    chan struct{}      // closed when all are delivered
	mutex   sync.Mutex
	err     error // the first that deliver returned
}

func newQueue(compile func(*schema.Package, diag.List) compiled, deliver func(compiled) error) *queue {
	workers := runtime.GOMAXPROCS(0)
	q := &queue{
		compile: compile, slots: make(chan struct{}, workers),
		results: make(chan chan compiled, 2*workers), done: make(chan struct{}),
	}
	go func() {
		defer close(q.done)
		for result := range q.results {
			one := <-result
			if q.failed() == nil {
				q.fail(deliver(one))
			}
		}
	}()
	return q
}

// add takes a package, waiting for a free slot. It returns the error that ends the run.
func (q *queue) add(loaded *schema.Package, found diag.List) error {
	if err := q.failed(); err != nil {
		return err
	}
	result := make(chan compiled, 1)
	q.results <- result
	q.slots <- struct{}{}
	go func() {
		defer func() { <-q.slots }()
		result <- q.compile(loaded, found)
	}()
	return nil
}

// wait returns when everything is delivered.
func (q *queue) wait() error {
	close(q.results)
	<-q.done
	return q.failed()
}

func (q *queue) failed() error {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	return q.err
}

func (q *queue) fail(err error) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if q.err == nil {
		q.err = err
	}
}
