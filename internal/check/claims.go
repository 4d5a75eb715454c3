package check

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/promql"
)

// claimedBySpec is the beginning of names under which a spec lists every metric that there is, where it has one.
func claimedBySpec(own []promql.Metric) []string {
	names := make([]string, len(own))
	for i := range own {
		names[i] = own[i].Name
	}
	if prefix := sharedPrefix(names); prefix != "" {
		return []string{prefix}
	}
	return nil
}

// claimedBy is the beginning of names that belong to a program, judged by what it exposes: what most of its metrics share
// that are not of the libraries inside it. None is claimed where there are too few, or where the beginning is a word that many
// programs use.
func claimedBy(exposed []promql.Metric) []string {
	byWord := map[string][]string{}
	all := 0
	for _, m := range exposed {
		word, _, ok := strings.Cut(m.Name, "_")
		if !ok || slices.Contains(sharedWords, word) {
			continue
		}
		all++
		byWord[word] = append(byWord[word], m.Name)
	}
	for _, names := range byWord {
		if len(names) > 1 && 2*len(names) > all {
			return []string{sharedPrefix(names)}
		}
	}
	return nil
}

// sharedWords are first words of names that belong to no single program: those of client libraries and runtimes, and those
// that frameworks and people use everywhere.
var sharedWords = []string{
	"go", "process", "python", "promhttp", "scrape", "target", "otel", "jvm", "java", "nodejs", "dotnet", "ruby", "php", "erlang",
	"tomcat", "jetty", "hikaricp", "logback", "executor", "gc", "django", "flask", "fastapi", "starlette", "celery", "uvicorn",
	"gunicorn", "rails", "express", "aspnetcore", "kestrel", "spring", "workqueue", "rest", "controller", "leader", "certwatcher",
	"http", "https", "grpc", "rpc", "api", "app", "application", "service", "server", "client", "system", "sql", "db", "database", "cache",
	"queue", "worker", "job", "jobs", "task", "tasks", "request", "requests", "response", "responses", "error", "errors", "event", "events",
	"message", "messages", "messaging", "connection", "connections", "cpu", "memory", "disk", "network", "net", "file", "user", "users",
	"session", "sessions", "build", "version", "config", "log", "thread", "threads", "pool", "active", "total", "last", "number", "num",
	"count", "max", "min", "health", "kafka", "redis", "mysql", "mongodb", "postgres", "s3", "aws", "gcp", "azure",
}
