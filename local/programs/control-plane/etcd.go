package main

import (
	"errors"
	"flag"
	"fmt"
	"net/url"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/storage/wal"
)

// walSegmentBytes replaces etcd's 64 MB: etcd preallocates two segments per data directory, and a local
// region's history is small.
const walSegmentBytes = 8 << 20

// runEtcd serves one etcd member on a unix socket until it is told to stop.
func runEtcd(args []string) error {
	flags := flag.NewFlagSet("etcd", flag.ExitOnError)
	dataDir := flags.String("data-dir", "", "directory of the data; created if missing, reused if there")
	socket := flags.String("socket", "", "path of the unix socket to serve clients on")
	_ = flags.Parse(args)
	if *dataDir == "" || *socket == "" {
		return errors.New("etcd needs --data-dir and --socket")
	}

	wal.SegmentSizeBytes = walSegmentBytes
	config := embed.NewConfig()
	config.Name = "local"
	config.Dir = *dataDir
	config.LogLevel = "error"
	// Losing the last moments before a power cut is acceptable in a region that is made for rehearsal.
	config.UnsafeNoFsync = true
	config.ListenClientUrls = []url.URL{{Scheme: "unix", Path: *socket}}
	// One member has no peers, but etcd insists on host:port here. Port 0: any free one, on loopback only.
	anyPort := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	config.ListenPeerUrls = anyPort
	config.AdvertisePeerUrls = anyPort
	config.AdvertiseClientUrls = anyPort
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	// Kubernetes compacts by itself every five minutes.
	config.QuotaBackendBytes = 2 << 30

	stop := terminated()
	server, err := embed.StartEtcd(config)
	if err != nil {
		return fmt.Errorf("etcd did not start: %w", err)
	}
	defer server.Close()
	select {
	case <-server.Server.ReadyNotify():
	case <-time.After(60 * time.Second):
		return errors.New("etcd was not ready within 60 s")
	case <-stop:
		return nil
	}
	fmt.Println("etcd is ready")
	select {
	case err := <-server.Err():
		return fmt.Errorf("etcd failed: %w", err)
	case <-stop:
		return nil
	}
}
