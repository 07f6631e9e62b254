package main

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// stsTimeout bounds the wait for the local STS; the API server itself gives a webhook 30 s.
const stsTimeout = 10 * time.Second

// stsOnLoopback sends requests for STS hosts to the local STS, with the original host in the Host header since
// the signature covers it, and refuses every other host.
type stsOnLoopback struct {
	target *url.URL
	inner  http.RoundTripper
}

func (t *stsOnLoopback) RoundTrip(request *http.Request) (*http.Response, error) {
	host := request.URL.Host
	if !strings.HasPrefix(host, "sts.") {
		if request.Body != nil {
			_ = request.Body.Close()
		}
		return nil, fmt.Errorf("the local region reaches no host but its own STS, not %s", host)
	}
	local := request.Clone(request.Context())
	local.Host = host
	local.URL.Scheme = t.target.Scheme
	local.URL.Host = t.target.Host
	return t.inner.RoundTrip(local)
}

func loopbackURL(text string) (*url.URL, error) {
	parsed, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("--sts-url: %w", err)
	}
	if ip := net.ParseIP(parsed.Hostname()); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("--sts-url must be on a loopback address, not %q", parsed.Hostname())
	}
	return parsed, nil
}
