package main

import (
	"errors"
	"sync"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/exposed"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/read"
)

// runningService is what replicas of one service expose.
type runningService struct {
	expositions [][]read.Metric
	mutex       sync.Mutex // packages are compiled beside each other
	services    int        // that were compared
}

// compare compares the expositions with the metrics of a package's service.
func (s *runningService) compare(p *ir.Program) diag.List {
	if p.Service == nil {
		return nil
	}
	s.mutex.Lock()
	s.services++
	s.mutex.Unlock()
	var found diag.List
	for _, metrics := range s.expositions {
		found = append(found, exposed.Compare(p, metrics)...)
	}
	return found
}

// comparedOne refuses to compare one service with the specs of several, or of none.
func (s *runningService) comparedOne() error {
	switch {
	case len(s.expositions) == 0 || s.services == 1:
		return nil
	case s.services == 0:
		return errors.New("--metrics compares a service with its spec, and there is no service here: name its package")
	default:
		return errors.New("--metrics compares one service with its spec: name its package, and its environment by --tag env=NAME where it has several")
	}
}
