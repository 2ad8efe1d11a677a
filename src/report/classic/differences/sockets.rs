//! Sockets that were opened or closed, or are in another state, in the layout of changes.

use super::Layout;
use super::socket_rows::{COLUMNS, Rebuilt};
use super::values::Values;
use crate::host::Host;
use crate::listing::Joined;
use crate::names::Names;
use crate::report::classic::{Context, OwnersOf, changes, inet, unix};
use crate::request;
use crate::tables;

/// The layout of sockets.
pub struct Sockets<'a> {
    request: &'a request::Sockets,
    host: &'a Host,
    names: Names,
}

impl<'a> Sockets<'a> {
    /// Creates the layout for these sockets.
    pub fn new(request: &'a request::Sockets, host: &'a Host, names: Names) -> Sockets<'a> {
        Sockets {
            request,
            host,
            names,
        }
    }
}

impl Layout for Sockets<'_> {
    fn columns(&self) -> &'static [&'static str] {
        COLUMNS
    }

    fn push_titles(&self, out: &mut Vec<u8>) {
        changes::push_headers(out, self.request);
    }

    fn before(&self, values: &mut Values<'_>) -> Option<Vec<u8>> {
        values.text("state_before")
    }

    fn push_row(&mut self, out: &mut Vec<u8>, values: &mut Values<'_>) -> bool {
        let owner = values.owner();
        let Some(row) = values.socket() else {
            return false;
        };
        let mut joined = Joined::new(self.host, &mut self.names, None);
        let mut context = Context {
            owners: OwnersOf::Row(owner.as_ref()),
            ..Context::new(self.request.columns, &mut joined)
        };
        match &row {
            Rebuilt::Inet(row) => inet::push_row(out, &mut context, row),
            Rebuilt::Unix(row, path) => {
                let path = path.as_deref();
                unix::push_row(out, &mut context, &tables::unix::Row { path, ..*row });
            }
        }
        true
    }
}
