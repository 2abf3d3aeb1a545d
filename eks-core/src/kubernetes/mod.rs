//! Inside the cluster: token, kubeconfig, API server.

mod api_server;
mod kubeconfig;
mod token;

pub use api_server::{ApiServer, Connect, Node, NodeTaint, ServerVersion, SharedConnect, Stream, TcpConnect};
pub(crate) use api_server::{NodeEvent, NodeWatch};
pub use kubeconfig::{ExecPlugin, Kubeconfig, KubeconfigBuilder, KubeconfigFile};
pub use token::{Token, TokenSource, exec_credential, presign};
