//! What depends on the rest of the command line: the columns of the listing that it asks for, and the
//! formats that fit.

use crate::report::columns::{self, Column, Describe};

/// A listing, the flags that ask for it, and its columns.
struct Listing {
    name: &'static str,
    long: &'static str,
    /// The short flag, which may stand among others.
    short: Option<char>,
    columns: fn() -> Vec<Column>,
}

/// The listings, but for the one that is shown without any of these flags.
const LISTINGS: [Listing; 8] = [
    Listing {
        name: "routes",
        long: "route",
        short: Some('r'),
        columns: || columns::routes::ROUTES.columns(),
    },
    Listing {
        name: "interfaces",
        long: "interfaces",
        short: Some('i'),
        columns: || columns::interfaces::INTERFACES.columns(),
    },
    Listing {
        name: "statistics",
        long: "statistics",
        short: Some('s'),
        columns: || columns::statistics::COUNTERS.columns(),
    },
    Listing {
        name: "groups",
        long: "groups",
        short: Some('g'),
        columns: || columns::groups::GROUPS.columns(),
    },
    Listing {
        name: "masquerade",
        long: "masquerade",
        short: Some('M'),
        columns: || columns::masquerade::MASQUERADE.columns(),
    },
    Listing {
        name: "checks",
        long: "check",
        short: None,
        columns: || columns::findings::FINDINGS.columns(),
    },
    Listing {
        name: "changes",
        long: "changes",
        short: None,
        columns: || columns::changes::ChangeColumns.columns(),
    },
    // Of interfaces and of counters.
    Listing {
        name: "deltas",
        long: "delta",
        short: None,
        columns: || {
            let mut columns = columns::interface_rates::INTERFACE_RATES.columns();
            columns.extend(columns::counter_rates::COUNTER_RATES.columns());
            columns
        },
    },
];

/// What scripts call the listing of sockets.
const SOCKETS: &str = "sockets";

/// What they call a listing that is not known.
const ANY: &str = "any";

/// The flag with which only the file says which listing it is.
const SINCE: &str = "since";

/// The flags with which net-tools' layout is refused.
const NOT_CLASSIC: [&str; 5] = ["columns", SINCE, "tcp-info", "peers", "rates"];

/// The formats, net-tools' layout first.
pub const FORMATS: [&str; 5] = ["classic", "table", "json", "jsonl", "csv"];

/// Returns the columns of all listings, each once.
pub fn all_columns() -> Vec<&'static str> {
    let listings = LISTINGS.iter().map(|it| (it.columns)());
    let of_sockets = columns::sockets::SOCKETS.columns();
    let of_comparisons = columns::since::all();
    let all = std::iter::once(of_sockets)
        .chain(listings)
        .chain([of_comparisons]);
    let mut names = Vec::new();
    for column in all.flatten() {
        if !names.contains(&column.name) {
            names.push(column.name);
        }
    }
    names
}

fn joined(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.name).collect();
    names.join(" ")
}

/// Returns the functions that print what fits the words of a command line, for bash and zsh.
pub fn for_sh(name: &str) -> String {
    let mut cases = String::new();
    let mut case = |pattern: String, listing: &str| {
        cases.push_str(&format!("            {pattern}) listing={listing} ;;\n"));
    };
    case(format!("--{SINCE}*"), ANY);
    for it in &LISTINGS {
        case(format!("--{}*", it.long), it.name);
    }
    let mut clusters = String::new();
    for it in &LISTINGS {
        if let Some(short) = it.short {
            clusters.push_str(&format!("            -*{short}*) listing={} ;;\n", it.name));
        }
    }
    let columns: String = columns_by_listing()
        .map(|(listing, columns)| format!("        {listing}) echo {columns} ;;\n"))
        .collect();
    let not_classic = NOT_CLASSIC.map(|it| format!("--{it}*")).join(" | ");
    let [classic, others @ ..] = FORMATS;
    let others = others.join(" ");
    format!(
        r#"# Prints the columns of the listing that the words ask for.
_{name}_columns() {{
    local word before listing={SOCKETS}
    for word in "$@"; do
        # The value of a list may look like flags.
        case "$before" in
            --sort | --columns | --count-by | =)
                before=
                [ "$word" = = ] && before==
                continue
                ;;
        esac
        before=$word
        case "$word" in
{cases}            --* | -A*) ;;
{clusters}        esac
    done
    case "$listing" in
{columns}    esac
}}

# Prints the formats that fit the words.
_{name}_formats() {{
    local word
    for word in "$@"; do
        case "$word" in
            {not_classic})
                echo {others}
                return
                ;;
        esac
    done
    echo {classic} {others}
}}
"#
    )
}

/// Returns the same functions for fish, which know the words themselves.
pub fn for_fish(name: &str) -> String {
    let case = |pattern: String, listing: &str| {
        format!("            case '{pattern}'\n                set listing {listing}\n")
    };
    let mut cases = case(format!("--{SINCE}*"), ANY);
    let mut clusters = String::new();
    for it in &LISTINGS {
        cases.push_str(&case(format!("--{}*", it.long), it.name));
        if let Some(short) = it.short {
            clusters.push_str(&case(format!("-*{short}*"), it.name));
        }
    }
    let columns: String = columns_by_listing()
        .map(|(listing, columns)| {
            format!("        case {listing}\n            string split ' ' '{columns}'\n")
        })
        .collect();
    let not_classic = NOT_CLASSIC.map(|it| format!("'--{it}*'")).join(" ");
    let [classic, others @ ..] = FORMATS;
    let others = others.join(" ");
    format!(
        r#"# Prints the columns of the listing that the command line asks for.
function __{name}_columns
    set -l listing {SOCKETS}
    set -l before ''
    for word in (commandline -opc)
        # The value of a list may look like flags.
        if contains -- $before --sort --columns --count-by
            set before ''
            continue
        end
        set before $word
        switch $word
{cases}            case '--*' '-A*'
{clusters}        end
    end
    switch $listing
{columns}    end
end

# Prints the formats that fit the command line.
function __{name}_formats
    for word in (commandline -opc)
        switch $word
            case {not_classic}
                string split ' ' '{others}'
                return
        end
    end
    string split ' ' '{classic} {others}'
end

"#
    )
}

/// Returns the columns of each listing, by what the scripts call it.
fn columns_by_listing() -> impl Iterator<Item = (&'static str, String)> {
    let listings = LISTINGS.iter().map(|it| (it.name, joined(&(it.columns)())));
    let of_sockets = joined(&columns::sockets::SOCKETS.columns());
    listings.chain([(SOCKETS, of_sockets), (ANY, all_columns().join(" "))])
}
