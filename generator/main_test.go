package generator

import (
	"fmt"
	"os"
	"strconv"
	"testing"
)

// helperVariable makes the test binary a process that only writes outputs, for the tests that kill it or run two.
// Its value is "<mode> <folder> <seed>".
const helperVariable = "BELFRY_TEST_WRITER"

func TestMain(m *testing.M) {
	if task := os.Getenv(helperVariable); task != "" {
		if err := runHelper(task); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func runHelper(task string) error {
	var mode, folder string
	var seed int64
	if _, err := fmt.Sscan(task, &mode, &folder, &seed); err != nil {
		return fmt.Errorf("%s=%q: %w", helperVariable, task, err)
	}
	switch mode {
	case "forever": // the numbers of the sets go to standard output, before and after each is written
		for ; ; seed++ {
			fmt.Println("begin", strconv.FormatInt(seed, 10))
			if _, err := Write(folder, largeSet(seed), WriteOptions{}); err != nil {
				return err
			}
			fmt.Println("done", strconv.FormatInt(seed, 10))
		}
	case "times": // the same set again and again, so that two processes take turns
		for range 25 {
			if _, err := Write(folder, largeSet(seed), WriteOptions{}); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%s: unknown mode %q", helperVariable, mode)
}
