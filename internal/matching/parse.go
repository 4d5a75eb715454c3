package matching

import (
	"log/slog"
	"sync"

	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/matcher/compat"
)

// AsAlertmanager makes Alertmanager's packages read matchers and names of labels as the program itself does since 0.27: by the new
// parser, and by the old one where they differ. It must come before anything is loaded, and may come again.
var AsAlertmanager = sync.OnceFunc(func() {
	compat.InitFromFlags(slog.New(slog.DiscardHandler), featurecontrol.NoopFlags{})
})
