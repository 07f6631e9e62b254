package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	authentication "k8s.io/api/authentication/v1"
	"sigs.k8s.io/aws-iam-authenticator/pkg/token"
)

// maxReviewBytes bounds a TokenReview: the token in it is at most 4 KiB by the authenticator's own rule.
const maxReviewBytes = 64 << 10

// runTokenWebhook serves the TokenReviews that the API server asks for with every bearer token it does not
// know, as the authenticator of an EKS cluster does. The token is verified by the AWS package; the identity it
// names becomes a user by the access entries.
func runTokenWebhook(args []string) error {
	flags := flag.NewFlagSet("token-webhook", flag.ExitOnError)
	cluster := flags.String("cluster-name", "", "name that a token must have been signed for")
	region := flags.String("region", "", "AWS region of the cluster")
	partition := flags.String("partition", "aws", "AWS partition of the cluster")
	stsURL := flags.String("sts-url", "", "loopback URL that answers for every STS host")
	entriesPath := flags.String("access-entries", "", "JSON file of the access entries; read for every review")
	certificate := flags.String("tls-cert-file", "", "serving certificate")
	key := flags.String("tls-private-key-file", "", "its key")
	_ = flags.Parse(args)
	for name, value := range map[string]string{
		"cluster-name": *cluster, "region": *region, "sts-url": *stsURL,
		"access-entries": *entriesPath, "tls-cert-file": *certificate, "tls-private-key-file": *key,
	} {
		if value == "" {
			return fmt.Errorf("token-webhook needs --%s", name)
		}
	}
	target, err := loopbackURL(*stsURL)
	if err != nil {
		return err
	}
	// The verifier takes no client; it calls the host named in the token over the default transport. Nothing
	// but the loopback STS can be reached through this one.
	http.DefaultTransport = &stsOnLoopback{target: target, inner: &http.Transport{ResponseHeaderTimeout: stsTimeout}}
	webhook := &tokenWebhook{
		verifier: token.NewVerifier(*cluster, *partition, *region),
		entries:  accessEntriesFile(*entriesPath),
	}

	pair, err := tls.LoadX509KeyPair(*certificate, *key)
	if err != nil {
		return fmt.Errorf("the serving certificate cannot be read: %w", err)
	}
	listener, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12,
	})
	if err != nil {
		return err
	}
	server := &http.Server{Handler: webhook, ReadHeaderTimeout: 10 * time.Second}
	stop := terminated()
	go func() {
		<-stop
		deadline, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = server.Shutdown(deadline)
	}()
	// The parent reads the chosen port from this line.
	fmt.Printf("{\"port\":%d}\n", listener.Addr().(*net.TCPAddr).Port)
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

type tokenWebhook struct {
	verifier token.Verifier
	entries  accessEntriesFile
}

func (w *tokenWebhook) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	var review authentication.TokenReview
	body := http.MaxBytesReader(response, request.Body, maxReviewBytes)
	if err := json.NewDecoder(body).Decode(&review); err != nil || review.Kind != "TokenReview" {
		http.Error(response, "a TokenReview is expected", http.StatusBadRequest)
		return
	}
	review.Status = w.review(review.Spec.Token)
	review.Spec = authentication.TokenReviewSpec{}
	response.Header().Set("content-type", "application/json")
	_ = json.NewEncoder(response).Encode(review)
}

func (w *tokenWebhook) review(bearer string) authentication.TokenReviewStatus {
	refused := func(reason error) authentication.TokenReviewStatus {
		// To the log of the region, which is where one looks; the API server tells its client "Unauthorized".
		fmt.Fprintln(os.Stderr, "refused:", firstLine(reason.Error()))
		return authentication.TokenReviewStatus{Error: firstLine(reason.Error())}
	}
	identity, err := w.verifier.Verify(bearer)
	if err != nil {
		return refused(err)
	}
	entry, err := w.entries.find(identity.CanonicalARN)
	if err != nil {
		return refused(err)
	}
	return authentication.TokenReviewStatus{
		Authenticated: true,
		User: authentication.UserInfo{
			Username: entry.username(identity),
			UID:      fmt.Sprintf("aws-iam-authenticator:%s:%s", identity.AccountID, identity.UserID),
			Groups:   entry.KubernetesGroups,
			// The names that EKS gives these.
			Extra: map[string]authentication.ExtraValue{
				"accessKeyId":  {identity.AccessKeyID},
				"arn":          {identity.ARN},
				"canonicalArn": {identity.CanonicalARN},
				"principalId":  {identity.UserID},
				"sessionName":  {identity.SessionName},
			},
		},
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
