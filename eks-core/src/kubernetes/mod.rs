//! Inside the cluster: token, kubeconfig, API server.
