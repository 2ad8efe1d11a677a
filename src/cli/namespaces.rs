//! Which network namespaces `--netns` asks for.

use crate::owners::namespace_id;
use crate::request::NamespaceName;
use glob::Pattern;
use std::path::PathBuf;

/// The greatest PID that Linux gives (`PID_MAX_LIMIT`, include/linux/threads.h). Namespaces have larger
/// numbers.
const GREATEST_PID: u64 = 1 << 22;

/// Reads one of the list.
///
/// # Errors
/// It is nothing that can be asked for.
pub fn namespace(text: &str) -> Result<NamespaceName, String> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('-') {
        return Err(
            "expected all, host, a name, a PID, net:[NUMBER] or the path of a file".to_owned(),
        );
    }
    if let Some(id) = namespace_id(text.as_bytes()) {
        return Ok(NamespaceName::Id(id));
    }
    Ok(match (text, text.parse::<u64>()) {
        ("all", _) => NamespaceName::All,
        ("host", _) => NamespaceName::Host,
        (_, Ok(id)) if id > GREATEST_PID => NamespaceName::Id(id),
        (_, Ok(pid)) => NamespaceName::OfProcess(i32::try_from(pid).unwrap_or(i32::MAX)),
        _ if text.contains('/') => NamespaceName::File(PathBuf::from(text)),
        _ => {
            let pattern = Pattern::new(text).map_err(|error| error.to_string())?;
            NamespaceName::Called(pattern)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_are_asked_for_in_many_ways() {
        let called = |text| Some(NamespaceName::Called(Pattern::new(text).expect("a glob")));
        for (text, expected) in [
            ("all", Some(NamespaceName::All)),
            ("host", Some(NamespaceName::Host)),
            ("4012", Some(NamespaceName::OfProcess(4012))),
            ("4194304", Some(NamespaceName::OfProcess(4_194_304))),
            ("4026532246", Some(NamespaceName::Id(4_026_532_246))),
            ("net:[4026532246]", Some(NamespaceName::Id(4_026_532_246))),
            ("net:[7]", Some(NamespaceName::Id(7))),
            (
                "/run/netns/x",
                Some(NamespaceName::File("/run/netns/x".into())),
            ),
            ("./x", Some(NamespaceName::File("./x".into()))),
            (" blue ", called("blue")),
            ("web*", called("web*")),
            ("0123456789ab", called("0123456789ab")),
            ("", None),
            ("-x", None),
            ("[", None),
        ] {
            assert_eq!(namespace(text).ok(), expected, "{text}");
        }
    }
}
