//! The flags that say in which form rows are written.

use crate::request::{Color, Format, Instead, OutputSpec, SortKey, UsualCount};
use clap::{Args, ValueEnum};

/// In which form.
#[derive(Debug, Args)]
#[command(next_help_heading = "In which form")]
pub struct OutputFlags {
    /// Print as classic [default], table, json, jsonl or csv
    #[arg(
        long,
        value_name = "FORMAT",
        hide_possible_values = true,
        ignore_case = true
    )]
    pub format: Option<FormatName>,
    /// Same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Use colours in tables: auto [default], always or never
    #[arg(
        long,
        value_name = "WHEN",
        hide_possible_values = true,
        ignore_case = true
    )]
    pub color: Option<ColorName>,
    /// Show these fields, in this order (not in classic)
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Sort by these fields; -FIELD sorts in descending order
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = sort_key)]
    pub sort: Vec<SortKey>,
    /// Count the rows that share these fields, largest first
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub count_by: Vec<String>,
    /// Show only the first N rows
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = top)]
    pub top: Option<usize>,
    /// Show only rows: no titles, no last line below a table
    #[arg(long)]
    pub no_header: bool,
    /// Show only the number of rows
    #[arg(long, conflicts_with_all = ["pids", "count_by", "columns", "sort", "top"])]
    pub count: bool,
    /// With --count: status 1 if there are more than N
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = limit)]
    pub above: Option<u64>,
    /// With --count: status 1 if there are fewer than N
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = limit)]
    pub below: Option<u64>,
    /// Show only the PIDs of the owners, one on each line
    #[arg(long, conflicts_with_all = ["count_by", "columns", "sort", "top"])]
    pub pids: bool,
}

impl OutputFlags {
    /// Returns whether rows are to be in net-tools' layout, and it is asked for by its name.
    pub fn insists_on_classic(&self, output: &OutputSpec) -> bool {
        has_layout(output) && self.format.is_some()
    }

    /// Makes a table of rows for which net-tools has no layout, unless a format is named.
    pub fn prefer_table(&self, output: &mut OutputSpec) {
        if has_layout(output) && self.format.is_none() {
            output.format = Format::Table;
        }
    }

    /// Returns the form that the flags ask for.
    pub fn spec(&self) -> OutputSpec {
        OutputSpec {
            format: match self.format {
                _ if self.json => Format::Json,
                None | Some(FormatName::Classic) => Format::Classic,
                Some(FormatName::Table) => Format::Table,
                Some(FormatName::Json) => Format::Json,
                Some(FormatName::Jsonl) => Format::Jsonl,
                Some(FormatName::Csv) => Format::Csv,
            },
            color: match self.color {
                None | Some(ColorName::Auto) => Color::Auto,
                Some(ColorName::Always) => Color::Always,
                Some(ColorName::Never) => Color::Never,
            },
            columns: (!self.columns.is_empty()).then(|| self.columns.clone()),
            sort: self.sort.clone(),
            count_by: self.count_by.clone(),
            top: self.top,
            instead: match (self.count, self.pids) {
                (true, _) => Some(Instead::Count),
                (false, true) => Some(Instead::Pids),
                (false, false) => None,
            },
            headless: self.no_header,
            usual_count: UsualCount {
                least: self.below,
                most: self.above,
            },
        }
    }
}

/// Returns whether no format decides how rows are written: net-tools' layout, or a table of groups.
fn has_layout(output: &OutputSpec) -> bool {
    output.format == Format::Classic && output.instead.is_none()
}

/// The formats, by the flag's values.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum FormatName {
    Classic,
    Table,
    Json,
    Jsonl,
    Csv,
}

/// When there are colours, by the flag's values.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ColorName {
    Auto,
    Always,
    Never,
}

fn top(text: &str) -> Result<usize, &'static str> {
    let top = text.parse().ok().filter(|top| *top > 0);
    top.ok_or("expected a number above 0")
}

fn limit(text: &str) -> Result<u64, &'static str> {
    text.parse()
        .map_err(|_| "expected a number of rows, such as 100")
}

fn sort_key(text: &str) -> Result<SortKey, String> {
    let (descending, field) = match text.strip_prefix('-') {
        Some(field) => (true, field),
        None => (false, text),
    };
    match field.is_empty() {
        true => Err("expected the name of a field".to_owned()),
        false => Ok(SortKey {
            column: field.to_owned(),
            descending,
        }),
    }
}
