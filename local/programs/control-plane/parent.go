package main

import (
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// watchParentVariable is set by a parent that holds the other end of this process' standard input for as
// long as it lives. The kernel closes that pipe however the parent ends, kill -9 included.
const watchParentVariable = "CONTROL_PLANE_STOP_WITH_PARENT"

// shutdownGrace is how long an orderly stop may take once the parent is gone. The API server needs about 3 s.
const shutdownGrace = 10 * time.Second

// stopWithParent ends this process when its parent has gone, so that no etcd or API server is ever orphaned.
func stopWithParent() {
	if os.Getenv(watchParentVariable) == "" {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(shutdownGrace)
		os.Exit(1)
	}()
}

// terminated is closed by the first SIGTERM or SIGINT.
func terminated() <-chan os.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	return signals
}
