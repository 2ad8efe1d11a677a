//! Routes.

use crate::listing::routes::{Gap, RouteRows, Section};
use crate::listing::{Flow, Joined, Needs, Sink};
use crate::notice;
use crate::report::classic::rare::MissingRoutes;
use crate::report::classic::{self, ClassicOutput, rare};
use crate::report::columns::routes::ROUTES;
use crate::request::RouteDetail;
use crate::tables::{Net, Route};
use std::io;

/// Prints routes.
pub struct ClassicRoutes<'a> {
    detail: RouteDetail,
    output: ClassicOutput<'a>,
    /// Where the title of the current section begins.
    title: usize,
}

impl<'a> ClassicRoutes<'a> {
    /// Creates a sink that prints to `output`.
    pub fn new(detail: RouteDetail, output: ClassicOutput<'a>) -> ClassicRoutes<'a> {
        ClassicRoutes {
            detail,
            output,
            title: 0,
        }
    }
}

impl Sink<RouteRows> for ClassicRoutes<'_> {
    fn needs(&self) -> Needs {
        Needs {
            rows: self.output.read_limit(),
            net_tools_status: true,
            ..Needs::default()
        }
    }

    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        let Some(label) = net.label() else {
            return Ok(());
        };
        self.output.begin_namespace(label)
    }

    fn section(&mut self, section: &Section) -> io::Result<Flow> {
        self.output.end()?;
        if !self.output.wants_more() {
            return Ok(Flow::Enough);
        }
        let detail = self.detail;
        self.title = self.output.push_title(|line| match *section {
            Section::Inet(kind) => classic::route::push_title(line, kind, detail),
            Section::Inet6(kind) => classic::route6::push_title(line, kind),
            Section::Rare(family) => rare::push_routes_title(line, family),
        });
        Ok(Flow::More)
    }

    fn prepare(&mut self, route: &Route<'_>, joined: &mut Joined<'_>) {
        let (detail, names) = (self.detail, &mut *joined.names);
        self.output.prepare(|line| match route {
            Route::V4(row) => classic::route::push_row(line, names, row, detail),
            Route::V4Cached(row) => classic::route::push_cache_row(line, names, row, detail),
            Route::V6(row) => classic::route6::push_row(line, names, row),
            Route::Rare(route) => rare::push_route(line, route),
        });
    }

    fn row(&mut self, route: &Route<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        self.output.take(&ROUTES, route, joined)
    }

    fn gap(&mut self, gap: &Gap<'_>, _: &Joined<'_>) -> io::Result<()> {
        self.output.drop_title(self.title);
        let text = match gap.section {
            Section::Inet(_) => "INET (IPv4) not configured in this system.\n",
            Section::Inet6(_) => "INET6 (IPv6) not configured in this system.\n",
            Section::Rare(_) if !gap.is_absent => "",
            Section::Rare(family) => {
                let (label, files, error) = (family.label(), gap.files, gap.error);
                match rare::missing_routes(family) {
                    MissingRoutes::OnStdout(text) => {
                        notice::say(format_args!("{label}: {files}: {error}"));
                        text
                    }
                    MissingRoutes::OnStdoutOnly(text) => text,
                    MissingRoutes::OnStderr(text) => {
                        notice::say(format_args!("{text} ({files}: {error})"));
                        ""
                    }
                }
            }
        };
        self.output
            .push_text(|line| line.extend_from_slice(text.as_bytes()));
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    fn end(&mut self, _: &mut Joined<'_>) -> io::Result<()> {
        self.output.end()
    }
}
