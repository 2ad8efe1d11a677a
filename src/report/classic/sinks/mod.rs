//! The sinks that print a walk's rows in net-tools' layouts, one file a listing.

mod changes;
mod interfaces;
mod masquerade;
mod routes;
mod sockets;
mod statistics;

pub use changes::ChangePrinter;
pub use interfaces::{ClassicInterfaces, Past};
pub use masquerade::ClassicMasquerade;
pub use routes::ClassicRoutes;
pub use sockets::ClassicSockets;
pub use statistics::ClassicStatistics;
