//! The parsers and the classic layouts alone, on the rows of a made-up system.

use criterion::{BatchSize, Criterion, Throughput};
use rnetstat::host::{ByteOrder, Host};
use rnetstat::names::Names;
use rnetstat::owners::facts::Facts;
use rnetstat::report::classic::{self, Context, OwnersOf};
use rnetstat::request::{Columns, Resolve};
use rnetstat::tables::inet::{Family, Protocol, Row};
use rnetstat::tables::unix;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn system(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/systems")
        .join(name)
}

/// The lines of a table, without its header.
fn lines(system: &Path, table: &str) -> Vec<Vec<u8>> {
    let text = std::fs::read(system.join("proc/net").join(table)).unwrap_or_default();
    text.split(|&byte| byte == b'\n')
        .skip(1)
        .map(<[u8]>::to_vec)
        .collect()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let web = system("web-server");
    let tables = [("tcp", Family::V4), ("tcp6", Family::V6)];
    for (table, family) in tables {
        let lines = lines(&web, table);
        let rows: Vec<Row> = lines
            .iter()
            .filter_map(|line| Row::from_line(Protocol::Tcp, family, ByteOrder::Little, line))
            .collect();
        let mut group = criterion.benchmark_group(table);
        group.throughput(Throughput::Elements(rows.len() as u64));
        group.bench_function("parse", |bencher| {
            bencher.iter(|| {
                for line in &lines {
                    let row = Row::from_line(
                        Protocol::Tcp,
                        family,
                        black_box(ByteOrder::Little),
                        black_box(line),
                    );
                    black_box(row);
                }
            });
        });
        for (name, numbers) in [("print -n", true), ("print with names", false)] {
            let resolve = Resolve {
                hosts: !numbers,
                ports: !numbers,
                users: !numbers,
                timeout: Duration::ZERO,
            };
            let host = Host::new(Some(web.clone()));
            let mut names = Names::new(&host, resolve);
            let mut facts = Facts::new(&host);
            let mut context = Context {
                columns: Columns::default(),
                names: &mut names,
                owners: OwnersOf::Inodes(None),
                facts: &mut facts,
            };
            group.bench_function(name, |bencher| {
                bencher.iter_batched_ref(
                    || Vec::with_capacity(256),
                    |line| {
                        for row in &rows {
                            line.clear();
                            classic::inet::push_row(line, &mut context, black_box(row));
                        }
                    },
                    BatchSize::SmallInput,
                );
            });
        }
        group.finish();
    }
    let lines = lines(&system("unix-kinds"), "unix");
    criterion.bench_function("unix/parse", |bencher| {
        bencher.iter(|| {
            for line in &lines {
                black_box(unix::Row::from_line(true, black_box(line)));
            }
        });
    });
    criterion.final_summary();
}
