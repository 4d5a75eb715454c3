package notify

import (
	"net"
	"net/url"
	"reflect"
	"strings"

	"github.com/prometheus/alertmanager/config"
	amcommoncfg "github.com/prometheus/alertmanager/config/common"
	commoncfg "github.com/prometheus/common/config"
)

const (
	// standIn is what every secret becomes: the files that hold them exist only in the cluster.
	standIn = "belfry"
	// nowhere is the address that every integration posts to. Nobody resolves it: connections are made inside this process.
	nowhere = "http://belfry.invalid/"
)

// redirect rewrites the settings of an integration so that it speaks to this process and needs no file: addresses lead nowhere,
// secrets are stand-ins, and proxies, certificates and tokens are gone.
func redirect(settings reflect.Value, mailHost net.Addr) {
	if email, ok := settings.Addr().Interface().(*config.EmailConfig); ok {
		redirectMail(email, mailHost)
		return
	}
	byName := map[string]reflect.Value{}
	for i := range settings.NumField() {
		byName[yamlName(settings.Type().Field(i))] = settings.Field(i)
	}
	for name, field := range byName {
		if replaced := replacement(field); replaced.IsValid() && !field.IsZero() {
			field.Set(replaced)
		}
		plain, isFile := strings.CutSuffix(name, "_file")
		if instead, ok := byName[plain]; isFile && ok && field.Kind() == reflect.String && field.String() != "" {
			field.SetString("")
			instead.Set(replacement(instead))
		}
	}
	if http, ok := byName["http_config"]; ok {
		http.Set(reflect.ValueOf(&commoncfg.HTTPClientConfig{FollowRedirects: true}))
	}
}

// replacement is what stands in for a field's value; invalid where the value stays.
func replacement(field reflect.Value) reflect.Value {
	address, _ := url.Parse(nowhere)
	switch field.Interface().(type) {
	case *amcommoncfg.URL:
		return reflect.ValueOf(&amcommoncfg.URL{URL: address})
	case *amcommoncfg.SecretURL:
		return reflect.ValueOf(&amcommoncfg.SecretURL{URL: address})
	case amcommoncfg.SecretTemplateURL:
		return reflect.ValueOf(amcommoncfg.SecretTemplateURL(nowhere))
	case commoncfg.Secret:
		return reflect.ValueOf(commoncfg.Secret(standIn))
	case *commoncfg.Secret:
		secret := commoncfg.Secret(standIn)
		return reflect.ValueOf(&secret)
	case int64: // Telegram's chat, where a file holds it
		if field.Int() == 0 {
			return reflect.ValueOf(int64(1))
		}
	}
	return reflect.Value{}
}

// redirectMail lets mail go to the server of this process, without encryption or login.
func redirectMail(email *config.EmailConfig, host net.Addr) {
	name, port, _ := net.SplitHostPort(host.String())
	never := false
	email.Smarthost = config.HostPort{Host: name, Port: port}
	email.RequireTLS, email.ForceImplicitTLS, email.TLSConfig = &never, &never, nil
	email.AuthUsername = ""
}
